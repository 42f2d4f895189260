const sentOn = new Set([
  'range',
  'cache-control',
  'pragma',
  'prefer',
  'idempotency-key',
  'last-event-id',
  'baggage',
  'traceparent',
  'tracestate',
  'user-agent',
  'x-request-id',
  'x-requested-with',
])
const sentOnPrefixes = ['accept', 'content-', 'if-']

/**
 * The headers of a forwarded call, as a flat list of names and values: what is on the list and the backend's own
 * `more`, never what the caller's `Connection` names, and last the ones that Baton sets.
 */
export function requestHeaders(
  rawHeaders: readonly string[],
  more: readonly string[],
  own: Record<string, string>,
): string[] {
  const dropped = connectionOptions(rawHeaders)
  const headers: string[] = []
  for (const [name, value] of pairs(rawHeaders)) {
    const lower = name.toLowerCase()
    const listed =
      sentOn.has(lower) || more.includes(lower) || sentOnPrefixes.some((prefix) => lower.startsWith(prefix))
    if (listed && !dropped.has(lower)) headers.push(name, value)
  }
  for (const [name, value] of Object.entries(own)) headers.push(name, value)
  return headers
}

/** The header names that a `Connection` header makes hop-by-hop (RFC 9110, section 7.6.1), in lower case. */
export function connectionOptions(rawHeaders: readonly string[]): Set<string> {
  const options = new Set<string>()
  for (const [name, value] of pairs(rawHeaders))
    if (name.toLowerCase() === 'connection')
      for (const option of value.split(',')) options.add(option.trim().toLowerCase())
  return options
}

/** A flat list of names and values, pair by pair. */
export function* pairs(rawHeaders: readonly string[]): Generator<[name: string, value: string], undefined> {
  for (let index = 0; index + 1 < rawHeaders.length; index += 2)
    yield [rawHeaders[index] as string, rawHeaders[index + 1] as string]
}
