import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Runtime } from '#lib/runtime.ts'

/**
 * Lets pages of configured clients' origins read an answer, without credentials: what rides on a cookie stays closed to them (Fetch, section
 * 3.2). Returns `true` when the request was a preflight and has been answered.
 */
export function allowOrigins(
  { method, headers }: IncomingMessage,
  res: ServerResponse,
  methods: string,
  { config }: Pick<Runtime, 'config'>,
): boolean {
  const { origin } = headers
  if (origin === undefined || !config.clients.some(({ origins }) => origins.includes(origin))) return false
  res.setHeader('Access-Control-Allow-Origin', origin)
  res.setHeader('Vary', 'Origin')
  if (method !== 'OPTIONS' || headers['access-control-request-method'] === undefined) return false
  res.writeHead(204, {
    'access-control-allow-methods': methods,
    'access-control-allow-headers': 'Authorization, Content-Type',
    'access-control-max-age': '600',
  })
  res.end()
  return true
}
