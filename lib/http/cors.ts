import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Runtime } from '#lib/runtime.ts'

type Needs = Pick<Runtime, 'config'>

/** Names and values that let pages of a configured client's origin read an answer, without credentials; none for any other origin. */
export function originHeaders({ headers }: IncomingMessage, { config }: Needs): [string, string][] {
  const { origin } = headers
  if (origin === undefined || !config.clients.some(({ origins }) => origins.includes(origin))) return []
  return [
    ['Access-Control-Allow-Origin', origin],
    // Without credentials this is every header, as nothing here is for one of them alone (Fetch, section 3.3.6).
    ['Access-Control-Expose-Headers', '*'],
  ]
}

/**
 * Answers a preflight of such a page, for these methods and, of the headers that it asks for, all or only those of `headers`. Returns `false` for any
 * other request (Fetch, section 4.8).
 */
export function answerPreflight(
  { method, headers: asked }: IncomingMessage,
  res: ServerResponse,
  allowed: [string, string][],
  { methods, headers }: { methods: readonly string[]; headers?: string },
): boolean {
  const isPreflight = method === 'OPTIONS' && asked['access-control-request-method'] !== undefined
  if (!isPreflight || allowed.length === 0) return false
  const requested = asked['access-control-request-headers'] ?? ''
  res.writeHead(204, {
    ...Object.fromEntries(allowed),
    vary: 'Origin',
    'access-control-allow-methods': methods.join(', '),
    'access-control-allow-headers': headers ?? (/^[\w\-, ]*$/.test(requested) ? requested : ''),
    'access-control-max-age': '600',
  })
  res.end()
  return true
}

/**
 * Lets pages of configured clients' origins read an answer, without credentials: what rides on a cookie stays closed to them (Fetch, section
 * 3.2). Returns `true` when the request was a preflight and has been answered.
 */
export function allowOrigins(
  req: IncomingMessage,
  res: ServerResponse,
  method: string,
  runtime: Needs,
): boolean {
  const allowed = originHeaders(req, runtime)
  for (const [name, value] of allowed) res.setHeader(name, value)
  if (allowed.length > 0) res.setHeader('Vary', 'Origin')
  return answerPreflight(req, res, allowed, { methods: [method], headers: 'Authorization, Content-Type' })
}
