const sentOn = new Set([
  'range',
  'cache-control',
  'pragma',
  'prefer',
  'idempotency-key',
  'last-event-id',
  'baggage',
  'tracestate',
  'user-agent',
  'x-requested-with',
])
const sentOnPrefix = /^(?:accept|content-|if-)/

/**
 * The headers of a forwarded call, as a flat list of names and values: those on the allow-list and in the
 * backend's own `more`, except those that the caller's `Connection` names; then the ones that Baton sets
 * (`own`, in lower case), in place of the caller's. A `traceparent` and its `tracestate` are sent on as they
 * are in `own`, where what was checked is.
 */
export function requestHeaders(
  rawHeaders: readonly string[],
  more: readonly string[],
  own: Record<string, string>,
): string[] {
  const dropped = connectionOptions(rawHeaders)
  const headers: string[] = []
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    const name = rawHeaders[index] as string
    const lower = name.toLowerCase()
    if (!isListed(lower) && !more.includes(lower)) continue
    const isReplaced = Object.hasOwn(own, lower) || isOfTrace(lower, rawHeaders)
    if (!dropped.has(lower) && !isReplaced) headers.push(name, rawHeaders[index + 1] as string)
  }
  for (const name in own) headers.push(name, own[name] as string)
  return headers
}

function isListed(lower: string): boolean {
  return sentOn.has(lower) || sentOnPrefix.test(lower)
}

function isOfTrace(name: string, rawHeaders: readonly string[]): boolean {
  if (name === 'traceparent') return true
  return (
    name === 'tracestate' &&
    rawHeaders.some((each, index) => index % 2 === 0 && each.toLowerCase() === 'traceparent')
  )
}

const none: ReadonlySet<string> = new Set()

/** The header names that a `Connection` header makes hop-by-hop (RFC 9110, section 7.6.1), in lower case. */
export function connectionOptions(rawHeaders: readonly string[]): ReadonlySet<string> {
  let options = none
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    const name = rawHeaders[index] as string
    // Most have another length already.
    if (name.length !== 'connection'.length || name.toLowerCase() !== 'connection') continue
    const names = (rawHeaders[index + 1] as string).split(',').map((name) => name.trim().toLowerCase())
    options = new Set([...options, ...names])
  }
  return options
}

/** A flat list of names and values, pair by pair. */
export function* pairs(rawHeaders: readonly string[]): Generator<[name: string, value: string], undefined> {
  for (let index = 0; index + 1 < rawHeaders.length; index += 2)
    yield [rawHeaders[index] as string, rawHeaders[index + 1] as string]
}
