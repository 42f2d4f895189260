import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'

// What people copy is what is compiled, or at least read, with the example around it.
const languages = { java: '.java', swift: '.swift', xml: '.xml .plist', js: '.js' }
const files = ['examples/android', 'examples/ios'].flatMap((folder) =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((name) => join(folder, name)),
)
files.push('examples/expo/plugins/with-pins.js')
const page = readFileSync('docs/apps.md', 'utf8')

test.each(Object.entries(languages))(
  'each %s block of docs/apps.md is cut from an example',
  (language, ends) => {
    const blocks = [...page.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\`$`, 'gms'))]
    expect(blocks.length).toBeGreaterThan(0)
    const sources = files.filter((file) => ends.split(' ').some((end) => file.endsWith(end)))
    const texts = sources.map((file) => readFileSync(file, 'utf8'))
    for (const [, block = ''] of blocks)
      expect(
        texts.some((text) => isCutFrom(text, block)),
        block,
      ).toBe(true)
  },
)

test('what app.json tells the plug-in is cut from the example', () => {
  const block = /^```json\n( +\[\n +"\.\/plugins\/with-pins.*?)^```$/ms.exec(page)?.[1] ?? ''
  expect(isCutFrom(readFileSync('examples/expo/app.json', 'utf8'), block)).toBe(true)
})

test('a block that differs in one word, or is from the middle of a line, is not cut from it', () => {
  const text = 'a\n    if (b)\n        c()\n\n    d\n'
  expect(isCutFrom(text, 'if (b)\n    c()\n\nd\n')).toBe(true)
  expect(isCutFrom(text, 'if (b)\n    e()\n')).toBe(false)
  expect(isCutFrom(text, 'if (b)\n  c()\n')).toBe(false)
  expect(isCutFrom(text, '(b)\n    c()\n')).toBe(false)
})

test('all platforms pin the same keys, two of them', () => {
  const pinsIn = (file: string) =>
    [...readFileSync(file, 'utf8').matchAll(/>([\w+/]{43}=)</g)].map(([, pin]) => pin)
  const pins = pinsIn('examples/android/app/src/main/res/xml/network_security_config.xml')
  expect(new Set(pins).size).toBe(2)
  expect(pinsIn('examples/ios/App/Info.plist')).toEqual(pins)
  expect(JSON.stringify(JSON.parse(readFileSync('examples/expo/app.json', 'utf8')))).toContain(
    JSON.stringify({ domain: 'baton.example.org', pins }).slice(0, -1),
  )
})

/** Whether the lines of a block are in a text, with the same indentation for all of them. */
function isCutFrom(text: string, block: string): boolean {
  const lines = block.trimEnd().split('\n')
  const [first = ''] = lines
  const indents = text.split('\n').filter((line) => line.trimStart() === first.trimStart())
  return indents.some((line) => {
    const indent = line.slice(0, line.length - first.length)
    const wanted = lines.map((each) => (each === '' ? '' : indent + each)).join('\n')
    return `\n${text}`.includes(`\n${wanted}\n`)
  })
}
