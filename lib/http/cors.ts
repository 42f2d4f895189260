import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Config } from '#lib/config/load.ts'

type OpenHeaders = readonly [name: string, value: string][]

/**
 * The headers that let a page of a configured client's origin read an answer, without credentials; none for
 * others.
 */
export function originHeaders(
  { headers: { origin } }: IncomingMessage,
  { clients }: Pick<Config, 'clients'>,
): OpenHeaders {
  if (origin === undefined || !clients.some(({ origins }) => origins.includes(origin))) return []
  return [
    ['Access-Control-Allow-Origin', origin],
    // Without credentials `*` is every header, as no header here is for one page alone (Fetch, section
    // 3.3.6). What DPoP needs is named for those who do not know that (RFC 9449, section 8.2).
    ['Access-Control-Expose-Headers', '*, DPoP-Nonce, WWW-Authenticate'],
  ]
}

/** Whether a request is a CORS preflight (Fetch, section 4.8). */
export function isPreflight({ method, headers }: IncomingMessage): boolean {
  return method === 'OPTIONS' && headers['access-control-request-method'] !== undefined
}

/**
 * Answers a preflight of such a page, for these methods and, of the request headers that it asks for, all or
 * only those of `headers`. Returns `false` for any other request.
 */
export function answerPreflight(
  req: IncomingMessage,
  res: ServerResponse,
  open: OpenHeaders,
  { methods, headers }: { methods: readonly string[]; headers?: string },
): boolean {
  if (!isPreflight(req) || open.length === 0) return false
  const requested = req.headers['access-control-request-headers'] ?? ''
  res.writeHead(204, {
    ...Object.fromEntries(open),
    vary: 'Origin',
    'access-control-allow-methods': methods.join(', '),
    'access-control-allow-headers': headers ?? (/^[\w\-, ]*$/.test(requested) ? requested : ''),
    'access-control-max-age': '600',
  })
  res.end()
  return true
}

/**
 * Lets such a page read an answer; what rides on a cookie stays closed to it (Fetch, section 3.2). Returns
 * `true` when the request was a preflight and has been answered.
 */
export function allowOrigins(
  req: IncomingMessage,
  res: ServerResponse,
  open: OpenHeaders,
  methods: readonly string[],
): boolean {
  for (const [name, value] of open) res.setHeader(name, value)
  if (open.length > 0) res.setHeader('Vary', 'Origin')
  return answerPreflight(req, res, open, { methods, headers: 'Authorization, Content-Type, DPoP' })
}
