import { configJsonSchema, environmentJsonSchema, type JsonSchema } from './config-json-schema.ts'

/**
 * `docs/configuration.md`, from the schemas that check the environment and the configuration file at start.
 */
export function configDocs(): string {
  const environment = environmentJsonSchema()
  const { $schema: editors, ...sections } = configJsonSchema().properties ?? {}
  return [
    '# Configuration',
    '<!-- Written by `npm run config:schema` from lib/config. Do not edit. -->',
    ...introduction,
    '## Environment',
    prose(
      '`npm start` also reads them from `.env`; [.env.example](../.env.example) is a file to copy. An ' +
        'empty variable counts as unset.',
    ),
    table(['variable', 'type', 'default', 'description'], rows(environment, { shown: String })),
    '## The file',
    ...file(editors),
    ...Object.entries(sections).flatMap(([name, section]) => part(name, section)),
  ]
    .join('\n\n')
    .concat('\n')
}

const introduction = [
  prose(
    'Baton reads environment variables and one JSON file at start. It refuses to start on a bad ' +
      'configuration and lists every fault. After a change, restart Baton; no build is needed.',
  ),
]

function file(editors: JsonSchema | undefined): string[] {
  return [
    prose(
      'The file is `baton.config.json`, or the one that `BATON_CONFIG` names. Every section is optional. ' +
        `In any string, \`$\{NAME}\` stands for the value of the environment variable \`NAME\`: keep ` +
        'secrets there. ' +
        'Editors check and complete the file by [baton.schema.json](../baton.schema.json):',
    ),
    example({ $schema: editors?.examples?.[0] }),
    prose(
      'A complete file to copy is [demo/baton.config.json](../demo/baton.config.json). The examples below ' +
        'belong together: they make one valid file.',
    ),
  ]
}

function part(name: string, section: JsonSchema): string[] {
  const properties = section.items?.properties ? section.items : section
  return [
    `## \`${name}\``,
    prose(section.description ?? ''),
    ...(section.examples ?? []).map((value) => example({ [name]: value })),
    properties.properties
      ? table(['property', 'type', 'default', 'description'], rows(properties))
      : table(['type', 'default'], [[typeOf(section), code(section.default)]]),
  ]
}

const asJson = (value: unknown): string => JSON.stringify(value)

type Style = { shown?: (value: unknown) => string; within?: string }

function rows({ properties = {}, required = [] }: JsonSchema, style: Style = {}): string[][] {
  const { shown = asJson, within = '' } = style
  return Object.entries(properties).flatMap(([name, property]) => {
    const path = `${within}${name}`
    const isGroup = property.properties !== undefined
    const value = isGroup || property.default === undefined ? '' : code(property.default, shown)
    return [
      [
        `\`${path}\``,
        typeOf(property, shown),
        required.includes(name) ? 'required' : value,
        told(property, shown),
      ],
      ...(isGroup ? rows(property, { ...style, within: `${path}.` }) : []),
    ]
  })
}

function told(property: JsonSchema, shown: (value: unknown) => string): string {
  const { description = '', examples: [first] = [] } = property
  // A list of all values says more than one of them.
  const isListed = property.type === 'boolean' || property.enum || property.properties
  return first === undefined || isListed ? description : `${description} Example: ${code(first, shown)}`
}

function typeOf(property: JsonSchema, shown = asJson): string {
  const { anyOf, items, additionalProperties: values } = property
  if (anyOf) return anyOf.map((each) => typeOf(each)).join('; or ')
  if (property.const !== undefined) return code(property.const)
  if (property.enum) return property.enum.map((value) => code(value, shown)).join(', ')
  if (items) return `list of ${items.properties ? 'objects' : plural(typeOf(items))}`
  if (property.type === 'integer') return 'whole number'
  if (typeof values === 'object' && values.type) return `object of ${plural(typeOf(values))}`
  return [property.type ?? 'any'].flat().join(' or ')
}

function plural(type: string): string {
  if (type.startsWith('list of ')) return type.replace('list', 'lists')
  return type.includes('`') ? type : `${type.replaceAll(' or ', 's or ')}s`
}

function code(value: unknown, shown = asJson): string {
  return `\`${shown(value)}\``
}

function table(head: string[], body: string[][]): string {
  const line = (cells: string[]) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`
  return [line(head), `|${'---|'.repeat(head.length)}`, ...body.map(line)].join('\n')
}

function example(value: unknown): string {
  // Lists of texts on one line.
  const text = JSON.stringify(value, null, 2).replace(
    /\[\s+([^[\]{}]+?)\s+\]/g,
    (_, items: string) => `[${items.replace(/\s+/g, ' ')}]`,
  )
  return `\`\`\`json\n${text}\n\`\`\``
}

/** Lines of at most 110 columns. */
function prose(text: string): string {
  return text.replace(/(?=.{111})(.{1,110}) /g, '$1\n')
}
