import { readFileSync } from 'node:fs'
import { stripTypeScriptTypes } from 'node:module'
import { errors } from 'oidc-provider'
import { parseAst } from 'vitest/node'
import { lacks } from '#lib/db/health.ts'
import { sources } from '../architecture/imports.ts'

type Node = { type: string; [member: string]: unknown }

/** A refusal as its caller reads it; what varies is a dash of three dots. */
type Refusal = { code: string; description: string; file: string }

/**
 * Every refusal that the sources have: each `new OAuthError(code, description)` and each error that is made
 * for oidc-provider, where the words may be given to the function around it.
 */
export function refusalsInSources(): Refusal[] {
  return sources
    .filter((file) => file.endsWith('.ts') && /^(lib|app|auth|server)\b/.test(file))
    .flatMap(refusalsIn)
}

function refusalsIn(file: string): Refusal[] {
  const text = readFileSync(file, 'utf8')
  if (!/new (OAuthError|errors\.\w+)\(/.test(text)) return []
  const program = parseAst(stripTypeScriptTypes(text)) as unknown as Node
  return [...within(program)].flatMap(({ node, around }) => {
    if (node.type !== 'NewExpression') return []
    const words = (place: number) => wordsOf((node.arguments as Node[])[place] as Node, around, program)
    const { name, object, property } = node.callee as Node
    if (name === 'OAuthError')
      return words(0).flatMap((code) => words(1).map((description) => ({ code, description, file })))
    if (nameOf(object) !== 'errors' || !file.startsWith('lib/oidc/')) return []
    return words(0).map((given) => ({ ...asAnswered(String(nameOf(property)), given), file }))
  })
}

// The library says less than it is told, where the caller's authentication is wrong.
function asAnswered(name: string, words: string): { code: string; description: string } {
  const Made = errors[name as 'InvalidRequest']
  const { error, error_description } = new Made(words)
  return { code: error, description: error_description ?? '' }
}

function* within(
  node: Node,
  around: readonly Node[] = [],
): Generator<{ node: Node; around: readonly Node[] }> {
  yield { node, around }
  const inner = /Function/.test(node.type) ? [...around, node] : around
  for (const member of Object.values(node))
    for (const child of Array.isArray(member) ? member : [member])
      if (typeof child?.type === 'string') yield* within(child, inner)
}

const nameOf = (node: unknown) => (node as Node | undefined)?.name

// The texts that an expression may be. A parameter may be what any call of its function gives for it.
function wordsOf(node: Node, around: readonly Node[], program: Node): string[] {
  const all = (...nodes: unknown[]) => nodes.map((each) => wordsOf(each as Node, around, program))
  switch (node.type) {
    case 'Literal':
      return [String(node.value)]
    case 'TemplateLiteral': {
      const [first = [''], ...rest] = (node.quasis as { value: { cooked: string } }[]).map(({ value }) => [
        value.cooked,
      ])
      const varying = (node.expressions as Node[]).map((each) => textsOf(each, around, program) ?? ['…'])
      return rest.reduce((texts, more, index) => joined(joined(texts, varying[index] ?? []), more), first)
    }
    case 'BinaryExpression': {
      const [left = [], right = []] = all(node.left, node.right)
      return joined(left, right)
    }
    case 'ConditionalExpression':
      return all(node.consequent, node.alternate).flat()
    case 'MemberExpression':
      // Of a table, any of its texts.
      return wordsOf(node.object as Node, around, program)
    case 'Identifier':
      return givenFor(node, around, program)
    default:
      throw new Error(`the words of a refusal are no text: ${JSON.stringify(node)}`)
  }
}

const joined = (left: string[], right: string[]) => left.flatMap((one) => right.map((other) => one + other))

// What a template has within it may be no text that the sources know.
function textsOf(node: Node, around: readonly Node[], program: Node): string[] | undefined {
  try {
    return wordsOf(node, around, program)
  } catch {
    return undefined
  }
}

function givenFor(node: Node, around: readonly Node[], program: Node): string[] {
  if (node.name === 'lacks') return Object.values(lacks)
  for (const owner of around.toReversed()) {
    const place = (owner.params as Node[]).findIndex((parameter) => nameOf(parameter) === node.name)
    if (place === -1) continue
    const calls = [...within(program)].filter(
      (call) => call.node.type === 'CallExpression' && nameOf(call.node.callee) === nameOf(owner.id),
    )
    if (calls.length === 0) break
    return calls.flatMap((call) =>
      wordsOf((call.node.arguments as Node[])[place] as Node, call.around, program),
    )
  }
  throw new Error(`nothing gives ${String(node.name)} its text`)
}
