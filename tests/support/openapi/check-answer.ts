import { type FoundOperation, resolved, validatorAt, wordsOf } from './description.ts'

/** An answer as it came; a stream of events has the part that was read. */
export type Seen = { status: number; headers: Headers; text: string }

/** What every answer, or every page, may have, and the description says once for all. */
const ofAll = new Set([
  ...['connection', 'content-encoding', 'content-length', 'content-type', 'date', 'keep-alive'],
  ...['transfer-encoding', 'trailer', 'vary', 'etag', 'last-modified', 'accept-ranges', 'content-language'],
  ...['content-security-policy', 'cross-origin-opener-policy', 'cross-origin-resource-policy', 'link'],
  ...['permissions-policy', 'referrer-policy', 'x-content-type-options', 'x-frame-options', 'x-robots-tag'],
])

/** In what an answer differs from the description of its operation; each in a sentence. */
export function faultsOf(operation: FoundOperation, seen: Seen): string[] {
  const { path, method, responses } = operation
  const status = String(seen.status) in responses ? String(seen.status) : 'default'
  const declared = responses[status]
  if (!declared) return [`the status ${seen.status} is not described: ${seen.text.slice(0, 200)}`]
  const { part, place } = resolved(declared, ['paths', path, method, 'responses', status])
  const content = part.content ?? {}
  // The headers that another server answers are its own.
  const isPassedOn = '*/*' in content
  return [
    ...headerFaults(part.headers ?? {}, place, seen, isPassedOn),
    ...(method === 'head' || isPassedOn ? [] : bodyFaults(content, place, seen)),
  ]
}

type Declared = Parameters<typeof resolved<{ required?: boolean; schema: object }>>[0]

function headerFaults(
  declared: Record<string, Declared>,
  place: string[],
  { headers }: Seen,
  isPassedOn: boolean,
): string[] {
  const names = new Set(Object.keys(declared).map((name) => name.toLowerCase()))
  const unknown = [...headers.keys()].filter((name) => !names.has(name) && !ofAll.has(name))
  const faults = isPassedOn ? [] : unknown.map((name) => `the header ${name} is not described`)
  for (const [name, header] of Object.entries(declared)) {
    const { part, place: own } = resolved(header, [...place, 'headers', name])
    const value = headers.get(name)
    if (value === null) {
      if (part.required) faults.push(`the header ${name} is not there`)
      continue
    }
    const validate = validatorAt(...own, 'schema')
    if (!validate(value)) faults.push(`the header ${name} is ${value}: ${wordsOf(validate.errors)}`)
  }
  return faults
}

function bodyFaults(
  content: Record<string, object>,
  place: string[],
  { status, headers, text }: Seen,
): string[] {
  // What a redirect says besides is a note for who cannot follow it (RFC 9110, section 15.4).
  if (status >= 300 && status < 400) return []
  const mediaType = headers.get('content-type')?.split(';', 1)[0]?.trim()
  if (Object.keys(content).length === 0) return text === '' ? [] : [`no body is described: ${text}`]
  if (mediaType === undefined || !(mediaType in content)) return [`${mediaType} is not described: ${text}`]
  const validate = validatorAt(...place, 'content', mediaType, 'schema')
  const value = mediaType.endsWith('json') ? JSON.parse(text) : text
  return validate(value) ? [] : [`the body ${text} ${wordsOf(validate.errors)}`]
}
