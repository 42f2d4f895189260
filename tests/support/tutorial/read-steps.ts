import { readSentences, type Sentence } from './sentences.ts'

/** One thing that a reader of the tutorial does or sees. */
export type Step =
  | { kind: 'write'; file: string; text: string }
  | { kind: 'type'; command: string }
  | { kind: 'start'; command: string }
  | { kind: 'console'; script: string }
  | { kind: 'see'; expected: string; form: 'text' | 'json' }
  | { kind: 'alternative'; section: string; text: string }
  | { kind: 'browse'; sentences: Sentence[] }

type Section = { heading: string; steps: Step[] }

const heading = /^## (?<heading>.+)$/
// With the name of its file before it, where it is one.
const block = /^(?:\*\*`(?<file>[^`]+)`\*\*\n\n)?```(?<info>.*)\n(?<text>[\s\S]*?)^```$/
const item = /^\d+\. (?<item>.+(?:\n {3}.+)*)$/
const parts = new RegExp([heading, block, item].map(({ source }) => source).join('|'), 'gm')

/**
 * What the tutorial says, in its order. Throws where a block or an item of a list is of no kind that is known
 * here: nobody would notice that it is not run.
 */
export function readSteps(document: string): Section[] {
  const sections: Section[] = []
  for (const { groups = {} } of document.matchAll(parts)) {
    const { heading, file, info, text = '', item } = groups
    if (heading !== undefined) {
      sections.push({ heading, steps: [] })
      continue
    }
    const step: Step =
      item === undefined
        ? blockStep(info ?? '', text, file)
        : { kind: 'browse', sentences: readSentences(item) }
    const section = sections.at(-1)
    if (!section) throw new Error(`something to do stands before the first heading: ${item ?? text}`)
    section.steps.push(step)
  }
  const [unread] = /^ *(?:```|~~~|\d+[.)] |\*\*`).*/m.exec(document.replaceAll(parts, '')) ?? []
  if (unread !== undefined) throw new Error(`nobody does this: ${unread}`)
  return sections
}

function blockStep(info: string, text: string, file: string | undefined): Step {
  if (file !== undefined) return { kind: 'write', file, text }
  const [language, ...more] = info.split(' ')
  switch (info) {
    case 'sh':
      return { kind: 'type', command: text }
    case 'sh terminal':
      return { kind: 'start', command: text.trim() }
    case 'js':
      return { kind: 'console', script: text }
    case 'text':
    case 'json':
      return { kind: 'see', expected: text.trim(), form: info }
  }
  if (language === 'json' && more[0] === 'instead-of' && more.length === 2)
    return { kind: 'alternative', section: more[1] ?? '', text }
  throw new Error(`a block of no known kind: \`\`\`${info}\n${text}`)
}
