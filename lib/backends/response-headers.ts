import { connectionOptions, pairs } from './request-headers.ts'

const hopByHop = [
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]
// Backends must not speak for Baton's origin: its cookies, its storage, its service workers, its transport,
// its CORS.
const ofTheOrigin = [
  'set-cookie',
  'clear-site-data',
  'service-worker-allowed',
  'strict-transport-security',
  'alt-svc',
  'nel',
  'report-to',
  'reporting-endpoints',
  'accept-ch',
  'critical-ch',
  'origin-agent-cluster',
]
// Orders to the web server in front: files of its own to send, and how to cache.
const toTheEdge = ['x-accel-redirect', 'x-accel-expires', 'x-sendfile', 'x-lighttpd-send-file']
// Shared caches that know these headers prefer them to `Cache-Control`; they would defeat `private`.
const toSharedCaches = ['surrogate-control', 'cdn-cache-control', 'cloudflare-cdn-cache-control']
const setHere = ['cache-control', 'vary', 'x-content-type-options', 'content-security-policy', 'x-request-id']

const never = new Set([...hopByHop, ...ofTheOrigin, ...toTheEdge, ...toSharedCaches, ...setHere])

/**
 * The headers of a backend's answer for the browser, as a flat list. The answer comes from Baton's own
 * origin: browsers must not sniff another type or run it as a page, it must not set anything for the origin,
 * and shared caches must not keep it.
 */
export function responseHeaders(rawHeaders: readonly string[]): string[] {
  const dropped = connectionOptions(rawHeaders)
  const headers: string[] = []
  const cacheControl: string[] = []
  const vary: string[] = []
  const length: string[] = []
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    const name = rawHeaders[index] as string
    const value = rawHeaders[index + 1] as string
    const lower = name.toLowerCase()
    if (lower === 'cache-control') cacheControl.push(value)
    if (lower === 'vary') vary.push(value)
    if (never.has(lower) || dropped.has(lower) || lower.startsWith('access-control-')) continue
    if (lower === 'content-length') length.push(name, value)
    else headers.push(name, value)
  }
  headers.push('X-Content-Type-Options', 'nosniff')
  headers.push('Content-Security-Policy', "sandbox; default-src 'none'")
  headers.push('Cache-Control', privateCaching(cacheControl))
  headers.push('Vary', varying(vary))
  // Last: after Content-Length, Node refuses a Content-Disposition with bytes beyond ASCII.
  headers.push(...length)
  return headers
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
