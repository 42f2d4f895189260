import { errors } from './errors.ts'
import { prose, table } from './markdown.ts'
import { type Answered, type Document, nameIn, type OperationObject, type Response } from './open-api.ts'
import { membersOf, wordsOf } from './schema-docs.ts'

/** Refusals of every address, which the introduction lists. */
const everywhere = new Set(
  Object.entries(errors('payload_too_large', 'misdirected_request')).map(
    ([code, reason]) => `\`${code}\`: ${reason}`,
  ),
)

/** What a reader has to know of an operation: who calls it, what it takes and what it answers. */
export function operationDocs(operation: OperationObject, { components }: Document): string[] {
  const { description, parameters = [], requestBody, responses } = operation
  const callers = callersOf(operation)
  return [
    prose([`**${operation.summary}.**`, description].filter(Boolean).join(' ')),
    ...(callers ? [prose(callers)] : []),
    ...(parameters.length > 0
      ? [
          table(
            ['parameter', 'in', 'is', 'what it says'],
            parameters.map(({ name, in: place, required, schema, description: says = '' }) => [
              `\`${name}\``,
              place,
              required ? wordsOf(schema) : `${wordsOf(schema)}, optional`,
              says,
            ]),
          ),
        ]
      : []),
    ...Object.entries(requestBody?.content ?? {}).map(([mediaType, { schema }]) =>
      mediaType === '*/*'
        ? 'Takes a body of any media type.'
        : `Takes \`${mediaType}\`:\n\n${membersOf(schema)}`,
    ),
    table(['status', 'what', 'headers', 'body'], answersOf(responses, components)),
  ]
}

function answersOf(responses: OperationObject['responses'], components: Document['components']): string[][] {
  return Object.entries(responses)
    .map(([status, answered]) => ({ status, ...resolved(answered, components) }))
    .filter(({ description }) => !everywhere.has(description))
    .map(({ status, description, headers, content = {} }) => [
      status === 'default' ? 'any other' : status,
      description,
      Object.keys(headers)
        .filter((name) => !name.startsWith('Access-Control-') && name !== 'X-Request-Id')
        .map((name) => `\`${name}\``)
        .join(', '),
      bodyOf(content),
    ])
}

function callersOf({ security }: OperationObject): string | undefined {
  const names = security.map((each) => Object.keys(each)[0])
  const known = names.filter((name) => name !== undefined).map((name) => `\`${name}\``)
  if (known.length === 0) return undefined
  return `Proof: ${known.join(', ')}${names.includes(undefined) ? ', or none of these' : ''}.`
}

function resolved(answered: Answered, { responses }: Document['components']): Response {
  if (!('$ref' in answered)) return answered
  const named = responses[nameIn(answered)] as Response
  return { ...named, description: answered.description ?? named.description }
}

function bodyOf(content: NonNullable<Response['content']>): string {
  const bodies = Object.entries(content).map(([mediaType, { schema }]) => {
    if (mediaType === 'text/html') return 'page'
    if (schema.allOf) return 'error'
    return mediaType.endsWith('json') ? wordsOf(schema) : `\`${mediaType}\``
  })
  return bodies.join(' or ')
}
