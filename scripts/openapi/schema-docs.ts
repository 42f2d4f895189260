import type { JsonSchema } from './json-schema.ts'
import { table } from './markdown.ts'
import { nameIn } from './open-api.ts'

/** The members of an object, or of each of several, as tables. */
export function membersOf(schema: JsonSchema): string {
  const each = schema.oneOf ?? schema.anyOf
  if (each) return each.map(variantOf).join('\n\n')
  const members = Object.entries(schema.properties ?? {})
  if (members.length === 0) return `${wordsOf(schema)}.`
  return table(
    ['member', 'is', 'what it says'],
    members.map(([name, member]) => [
      `\`${name}\``,
      schema.required?.includes(name) ? wordsOf(member) : `${wordsOf(member)}, optional`,
      member.description ?? '',
    ]),
  )
}

function variantOf(schema: JsonSchema): string {
  const title = schema.title ?? wordsOf(schema)
  return schema.properties ? `${title}:\n\n${membersOf(schema)}` : `${title}.`
}

/** What values a schema takes, in few words. */
export function wordsOf(schema: JsonSchema): string {
  const { $ref, format, pattern, items, anyOf, oneOf, additionalProperties } = schema
  const type = [schema.type ?? 'anything'].flat().join(' or ')
  if ($ref) return `[${nameIn({ $ref })}](#${nameIn({ $ref }).toLowerCase()})`
  if (schema.const !== undefined) return `\`${schema.const}\``
  if (schema.enum) return schema.enum.map((value) => `\`${value}\``).join(', ')
  const several = anyOf ?? oneOf
  if (several) return several.map(wordsOf).join(' or ')
  if (type === 'array') return `list of ${items ? wordsOf(items) : 'anything'}`
  if (type === 'object' && typeof additionalProperties === 'object')
    return `members of any name: ${wordsOf(additionalProperties)}`
  if (type === 'object') return `object (${Object.keys(schema.properties ?? {}).join(', ')})`
  if (format) return `${type} (${format})`
  return pattern ? `\`${pattern}\`` : type
}
