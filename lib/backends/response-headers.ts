import type { Backend } from '#lib/config/backends.ts'
import { OAuthError } from '#lib/oauth/error.ts'
import { type CalledAt, isLink, linkForCaller } from './links.ts'
import { connectionOptions, pairs } from './request-headers.ts'

/** Sent back as they are. */
const sentBack = new Set([
  ...['age', 'allow', 'date', 'dav', 'deprecation', 'digest', 'etag', 'expires', 'last-modified'],
  ...['lock-token', 'preference-applied', 'repr-digest', 'retry-after', 'server-timing', 'sunset'],
  ...['traceresponse', 'warning'],
])
const sentBackPrefix = /^(?:accept-|content-|grpc-|mcp-|odata-|ratelimit|tus-|upload-|x-)/
/** But not these: they speak for Baton's origin, give orders to the server in front, or are set here. */
const never = new RegExp(
  `^(?:${[
    ...['content-security-policy.*', 'x-content-type-options', 'x-frame-options'],
    ...['x-dns-prefetch-control', 'x-permitted-.*', 'x-request-id'],
    ...['x-accel-.*', 'x-sendfile', 'x-lighttpd-.*', 'x-litespeed-.*', 'x-reproxy-.*'],
  ].join('|')})$`,
)

// Those that a browser follows (Fetch, section 2.2.6).
const redirects = new Set([301, 302, 303, 307, 308])

/** Where an answer comes from. */
export type AnsweredBy = CalledAt & {
  backend: Pick<Backend, 'responseHeaders'>
  /** Whether it answers the handshake of a WebSocket. */
  isHandshake?: boolean
}

/**
 * The headers of a backend's answer for the browser, as a flat list: those on the allow-list and in the
 * backend's own `responseHeaders`. The answer comes from Baton's own origin: browsers must not sniff another
 * type or run it as a page, it must not set anything for the origin, and shared caches must not keep it.
 * Throws `bad_gateway` for a redirect to Baton's own origin elsewhere.
 */
export function responseHeaders(status: number, rawHeaders: readonly string[], at: AnsweredBy): string[] {
  const dropped = connectionOptions(rawHeaders)
  const headers: string[] = []
  const cacheControl: string[] = []
  const vary: string[] = []
  const length: string[] = []
  for (const [name, value] of pairs(rawHeaders)) {
    const lower = name.toLowerCase()
    if (lower === 'cache-control') cacheControl.push(value)
    else if (lower === 'vary') vary.push(value)
    else if (dropped.has(lower)) continue
    else if (isLink(lower)) {
      const led = linkForCaller(lower, value, at)
      if (led !== undefined) headers.push(name, led)
      else if (lower === 'location' && redirects.has(status)) throw leadsAstray(at)
    } else if (lower === 'content-length') length.push(name, value)
    else if (isSentBack(lower, value, at)) headers.push(name, value)
  }
  headers.push('X-Content-Type-Options', 'nosniff')
  headers.push('Content-Security-Policy', "sandbox; default-src 'none'")
  headers.push('Cache-Control', privateCaching(cacheControl))
  headers.push('Vary', varying(vary))
  // Last: after Content-Length, Node refuses a Content-Disposition with bytes beyond ASCII.
  headers.push(...length)
  return headers
}

/** The fields of a trailer section (RFC 9110, section 6.5), by their names in lower case. */
export type Trailers = Record<string, string | string[] | undefined>

/**
 * The trailer fields of a backend's answer for the browser: those whose names headers may have, but none that
 * frame the content or lead somewhere (RFC 9110, section 6.5.1).
 */
export function trailerFields(trailers: Trailers, at: AnsweredBy): [name: string, value: string][] {
  return Object.entries(trailers)
    .flatMap(([name, values = []]) => [values].flat().map((value): [string, string] => [name, value]))
    .filter(([name, value]) => !/^content-/.test(name) && !isLink(name) && isSentBack(name, value, at))
}

function isSentBack(name: string, value: string, { backend, isHandshake = false }: AnsweredBy): boolean {
  if (isHandshake && name.startsWith('sec-websocket-')) return true
  if (backend.responseHeaders.includes(name)) return true
  if (name === 'www-authenticate') return asksForTokenAlone(value)
  return sentBack.has(name) || (sentBackPrefix.test(name) && !never.test(name))
}

// Any other scheme has the browser ask for a password, under Baton's name. Several such headers are read as
// one list: each has to end where it seems to.
function asksForTokenAlone(challenges: string): boolean {
  if (challenges.includes('\\') || challenges.split('"').length % 2 === 0) return false
  const isParameter = /^[\w!#$%&'*+.^`|~-]+\s*=(?!=*$)/
  const [first = '', ...more] = splitOutsideQuotes(challenges)
  const asked = [first, ...more.filter((part) => !isParameter.test(part))]
  return asked.every((challenge) => /^(?:bearer|dpop)(?:\s|$)/i.test(challenge))
}

function leadsAstray({ backend: { name } }: CalledAt): OAuthError {
  return new OAuthError('bad_gateway', "the backend redirects to an address of Baton's own", { detail: name })
}

/** Whether an answer is a stream of server-sent events, which is endless and may be silent. */
export function isEventStream(rawHeaders: readonly string[]): boolean {
  return pairs(rawHeaders).some(
    ([name, value]) => name.toLowerCase() === 'content-type' && /^text\/event-stream\b/i.test(value),
  )
}

/**
 * `Cache-Control` for one person's browser alone; `no-store` if the backend sent none. RFC 9111, section
 * 5.2.2.
 */
function privateCaching(values: readonly string[]): string {
  if (values.length === 0) return 'no-store'
  const directives = splitOutsideQuotes(values.join(','))
  if (directives.length === 0) return 'no-store'
  const kept = directives.filter((directive) => !/^(public|private|s-maxage)\s*(=|$)/i.test(directive))
  return ['private', ...kept].join(', ')
}

function splitOutsideQuotes(list: string): string[] {
  const parts = ['']
  let quoted = false
  for (let index = 0; index < list.length; index++) {
    const character = list[index] as string
    if (character === '"') quoted = !quoted
    if (character === ',' && !quoted) parts.push('')
    else
      parts[parts.length - 1] += character === '\\' && quoted ? character + (list[++index] ?? '') : character
  }
  // A quote that never ends protects nothing: a lenient reader may see every comma.
  const found = quoted ? list.replaceAll('"', '').split(',') : parts
  return found.map((part) => part.trim()).filter((part) => part !== '')
}

function varying(values: readonly string[]): string {
  if (values.length === 0) return 'Cookie, Authorization'
  const names = values
    .flatMap((value) => value.split(','))
    .map((name) => name.trim())
    .filter((name) => name !== '')
  if (names.includes('*')) return '*'
  const present = new Set(names.map((name) => name.toLowerCase()))
  return [...names, ...['Cookie', 'Authorization'].filter((name) => !present.has(name.toLowerCase()))].join(
    ', ',
  )
}
