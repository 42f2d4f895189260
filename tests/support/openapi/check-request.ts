import { type FoundOperation, parametersOfPath, resolved, validatorAt, wordsOf } from './description.ts'
import { hasProof } from './proofs.ts'

/** A request as it was sent. */
export type Sent = {
  /** The path, with its query. */
  path: string
  headers: Headers
  /** The body, a form or JSON. */
  body?: string | undefined
}

/** In what a request that was taken differs from the description of its operation; each in a sentence. */
export function requestFaultsOf(operation: FoundOperation, sent: Sent, status: number): string[] {
  const { parameters = [], path, method } = operation
  const given = valuesIn(operation, sent)
  const documented = new Set(parameters.map(({ in: place, name }) => `${place} ${name}`))
  const faults = Object.keys(given)
    .filter((name) => name.startsWith('query ') && !documented.has(name))
    .map((name) => `the ${name} is not described`)
  for (const [index, { in: place, name, required }] of parameters.entries()) {
    const value = given[`${place} ${name}`]
    const validate = validatorAt('paths', path, method, 'parameters', String(index), 'schema')
    if (value === undefined && required) faults.push(`the ${place} ${name} is not there`)
    if (value !== undefined && !validate(value))
      faults.push(`the ${place} ${name} is ${value}: ${wordsOf(validate.errors)}`)
  }
  if (!hasProof(operation, sent.headers)) faults.push('it has no proof that is described')
  return [...faults, ...bodyFaultsOf(operation, sent, status)]
}

function bodyFaultsOf(operation: FoundOperation, sent: Sent, status: number): string[] {
  const { path, method, requestBody } = operation
  const [mediaType] = mediaTypesOf(operation)
  if (mediaType === undefined || mediaType === '*/*') return []
  const value = bodyIn(mediaType, sent)
  // A form that is repeated by GET is refused there.
  if (value === undefined) return requestBody?.required && status < 300 ? ['the body is not there'] : []
  const known = new Set(fieldsOf(operation))
  const validate = validatorAt('paths', path, method, 'requestBody', 'content', mediaType, 'schema')
  return [
    ...Object.keys(value)
      .filter((name) => !known.has(name))
      .map((name) => `the field ${name} is not described`),
    ...(validate(value) ? [] : [`the body ${JSON.stringify(value)} ${wordsOf(validate.errors)}`]),
  ]
}

/** The names of all parameters and fields of an operation, each with its place. */
export function namesOf(operation: FoundOperation): string[] {
  const { parameters = [] } = operation
  return [
    ...parameters.map(({ in: place, name }) => `${place} ${name}`),
    ...fieldsOf(operation).map((name) => `field ${name}`),
  ]
}

/** Those that a request has. */
export function namesIn(operation: FoundOperation, sent: Sent): string[] {
  const [mediaType = ''] = mediaTypesOf(operation)
  return [
    ...Object.keys(valuesIn(operation, sent)),
    ...Object.keys(bodyIn(mediaType, sent) ?? {}).map((name) => `field ${name}`),
  ]
}

function mediaTypesOf({ requestBody }: FoundOperation): string[] {
  return Object.keys(requestBody?.content ?? {})
}

function fieldsOf({ requestBody }: FoundOperation): string[] {
  const schemas = Object.values(requestBody?.content ?? {}).map(({ schema }) => resolved(schema, []).part)
  const variants = schemas.flatMap(({ oneOf, ...schema }) => oneOf ?? [schema])
  return [...new Set(variants.flatMap(({ properties = {} }) => Object.keys(properties)))]
}

// A parameter without a value counts as absent.
function valuesIn(operation: FoundOperation, { path, headers }: Sent): Record<string, string> {
  const { parameters = [] } = operation
  const [own = '', query = ''] = path.split('?')
  const found: Record<string, string> = {}
  for (const [name, value] of Object.entries(parametersOfPath(operation.path, own)))
    found[`path ${name}`] = decodeURIComponent(value)
  for (const [name, value] of new URLSearchParams(query)) if (value !== '') found[`query ${name}`] = value
  for (const { in: place, name } of parameters) {
    const value = place === 'header' ? headers.get(name) : null
    if (value !== null) found[`header ${name}`] = value
  }
  return found
}

function bodyIn(mediaType: string, { body }: Sent): Record<string, unknown> | undefined {
  if (body === undefined || mediaType === '*/*' || mediaType === '') return undefined
  if (mediaType.endsWith('json')) return JSON.parse(body)
  return Object.fromEntries([...new URLSearchParams(body)].filter(([, value]) => value !== ''))
}
