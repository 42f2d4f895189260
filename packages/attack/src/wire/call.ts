import { once } from 'node:events'
import { type IncomingMessage, request as overHttp } from 'node:http'
import { request as overHttps } from 'node:https'
import { text } from 'node:stream/consumers'
import { setTimeout as sleep } from 'node:timers/promises'
import { serverNameOf } from './server-name.ts'

/** The answer to a request. */
export type Answer = {
  /** The address that was asked. */
  url: URL
  status: number
  /** By their names in lower case; one that came more than once is joined with commas. */
  headers: Record<string, string | undefined>
  setCookies: readonly string[]
  text: string
  /** The body as a JSON object; an empty one where it is none. */
  json(): Record<string, unknown>
  /** Where a redirect leads. */
  location: URL | undefined
}

export type CallOptions = {
  method?: string
  /** They go over the wire as they are, `Host` and Fetch Metadata among them. */
  headers?: Record<string, string | string[]>
  /** The fields of a form. */
  form?: Record<string, string>
  body?: string
  /** Takes 429 for an answer, in place of waiting as long as it says. */
  isHasty?: boolean
}

export type Call = (path: string, options?: CallOptions) => Promise<Answer>

/** Seconds that a server may ask to wait. */
const longestWait = 90

/**
 * Makes what sends requests to `origin`, each on a connection of its own, with the path as it is given. A
 * whole URL is sent to its own origin. An answer 429 is waited out once; `onWait` is told the seconds.
 */
export function callerAt(
  origin: URL,
  { ca, onWait }: { ca?: string | undefined; onWait?: (seconds: number) => void },
): Call {
  return async function call(path, options = {}) {
    const answer = await send(origin, path, options, ca)
    if (answer.status !== 429 || options.isHasty) return answer
    await waitAsTold(answer, onWait)
    return send(origin, path, options, ca)
  }
}

/** Waits as long as an answer 429 or 503 says (RFC 9110, section 10.2.3), but no longer than 90 seconds. */
export async function waitAsTold({ headers }: Answer, onWait?: (seconds: number) => void): Promise<void> {
  const seconds = Math.min(Number(headers['retry-after'] ?? 0) || 0, longestWait)
  onWait?.(seconds)
  await sleep(seconds * 1000)
}

async function send(
  origin: URL,
  path: string,
  { method = 'GET', headers = {}, form, body = form && String(new URLSearchParams(form)) }: CallOptions,
  ca: string | undefined,
): Promise<Answer> {
  const isWhole = /^https?:\/\//.test(path)
  const base = isWhole ? new URL(path) : origin
  const outgoing = (base.protocol === 'https:' ? overHttps : overHttp)({
    hostname: base.hostname.replace(/^\[|\]$/g, ''),
    port: base.port,
    path: isWhole ? base.pathname + base.search : path,
    method,
    agent: false,
    // Not the one of the `Host` header, which an attack may change.
    servername: serverNameOf(base),
    timeout: 30_000,
    ...(ca && { ca }),
    headers: {
      host: base.host,
      ...(form && { 'content-type': 'application/x-www-form-urlencoded' }),
      ...(body !== undefined && { 'content-length': String(Buffer.byteLength(body)) }),
      ...headers,
    },
  })
  outgoing.on('timeout', () => outgoing.destroy(new Error(`${method} ${path}: no answer within 30 s`)))
  const answered = once(outgoing, 'response') as Promise<[IncomingMessage]>
  outgoing.end(body)
  const [incoming] = await answered
  const content = await text(incoming)
  const { location } = incoming.headers
  const url = new URL(base)
  return {
    url,
    status: incoming.statusCode ?? 0,
    headers: Object.fromEntries(
      Object.entries(incoming.headers).map(([name, value]) => [name, [value].flat().join(', ')]),
    ),
    setCookies: incoming.headers['set-cookie'] ?? [],
    text: content,
    json: () => objectIn(content),
    location: location === undefined ? undefined : (URL.parse(location, url) ?? undefined),
  }
}

function objectIn(content: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(content)
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}
  } catch {
    return {}
  }
}
