import { nothing } from './catalogue.ts'
import { anchorOf, prose, table } from './markdown.ts'
import type { Document, OperationObject } from './open-api.ts'
import { operationDocs } from './operation-docs.ts'
import { membersOf } from './schema-docs.ts'

type Listed = { heading: string; path: string; operation: OperationObject }

/** `docs/api.md`: the description for people. */
export function apiDocs(document: Document): string {
  const { tags, info, components } = document
  const listed = listedIn(document)
  const of = (name: string) => listed.filter(({ operation }) => operation.tags.includes(name))
  return [
    '# API',
    '<!-- Written by `npm run docs:openapi` from scripts/openapi and lib/endpoints. Do not edit. -->',
    prose(introduction),
    prose(info.description),
    '## Proofs',
    table(
      ['proof', 'what it is'],
      Object.entries(components.securitySchemes).map(([name, { description }]) => [
        `\`${name}\``,
        description,
      ]),
    ),
    '## All operations',
    table(
      ['operation', 'what it does'],
      listed.map(({ heading, operation }) => [`[${heading}](#${anchorOf(heading)})`, operation.summary]),
    ),
    ...tags.flatMap(({ name, description }) => [
      `## ${name}`,
      prose(description),
      ...of(name).flatMap(({ heading, operation }) => [
        `### ${heading}`,
        ...operationDocs(operation, document),
      ]),
    ]),
    '## Nothing there',
    table(
      ['addresses', 'methods', 'answer'],
      nothing.map(({ row, methods, why }) => [`\`${row}\``, methods.join(', '), why]),
    ),
    '## Schemas',
    ...Object.entries(components.schemas).flatMap(([name, schema]) => [
      `### ${name}`,
      ...(schema.description ? [prose(schema.description)] : []),
      membersOf(schema),
      ...(schema.examples?.[0] === undefined ? [] : [exampleOf(schema.examples[0])]),
    ]),
  ]
    .join('\n\n')
    .concat('\n')
}

const introduction =
  'What Baton answers, address by address. The same as OpenAPI 3.1, for tools, is in ' +
  '[openapi.yaml](openapi.yaml). Tests compare both with the answers of a running Baton. GET has a HEAD ' +
  'beside it, except for streams of events and the callbacks of providers, and what pages of other origins ' +
  'may call takes preflights.'

// Methods that do the same are one entry.
function listedIn({ paths }: Document): Listed[] {
  return Object.entries(paths).flatMap(([path, item]) => {
    const own = Object.entries(item).filter(([, { operationId }]) => !/(Head|Preflight)$/.test(operationId))
    const same = Map.groupBy(own, ([, { operationId: _, ...operation }]) => JSON.stringify(operation))
    return [...same.values()].flatMap((entries) => {
      const [first] = entries
      const methods = entries.map(([method]) => method.toUpperCase())
      return first ? [{ heading: `${methods.join(', ')} ${path}`, path, operation: first[1] }] : []
    })
  })
}

function exampleOf(value: unknown): string {
  if (typeof value === 'string') return `For example \`${value}\`.`
  return `\`\`\`json\n${JSON.stringify(value, null, 2)}\n\`\`\``
}
