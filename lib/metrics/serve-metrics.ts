import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { Registry } from 'prom-client'
import { whyNotListening } from '#lib/http/why-not-listening.ts'

type Place = { host: string | undefined; port: number }

/** Connections at once; more are closed. */
const mostConnections = 32

/**
 * Serves `/metrics` on a port of its own: this text, in the format of Prometheus. Returns the function that
 * stops it. Throws a plain sentence when the port cannot be listened on.
 */
export async function serveMetrics(
  { host, port }: Place,
  metrics: () => Promise<string>,
): Promise<() => Promise<void>> {
  const server = createServer((req, res) => answer(req, res, metrics))
  server.maxConnections = mostConnections
  server.listen({ host, port })
  try {
    await once(server, 'listening')
  } catch (cause) {
    throw new Error(whyNotListening(cause as NodeJS.ErrnoException, port, 'METRICS_PORT'), { cause })
  }
  return async () => {
    const closed = once(server, 'close')
    server.close()
    server.closeAllConnections()
    await closed
  }
}

async function answer({ url, method }: IncomingMessage, res: ServerResponse, metrics: () => Promise<string>) {
  if (url?.split('?', 1)[0] !== '/metrics')
    return refuse(res, 404, 'not_found', 'there is only /metrics here')
  if (method !== 'GET') return refuse(res.setHeader('Allow', 'GET'), 405, 'method_not_allowed', 'use GET')
  const text = await metrics()
  res
    .writeHead(200, { 'Content-Type': Registry.PROMETHEUS_CONTENT_TYPE, 'Cache-Control': 'no-store' })
    .end(text)
}

function refuse(res: ServerResponse, status: number, error: string, error_description: string): void {
  res
    .writeHead(status, {
      'Content-Type': 'application/json',
      'Cache-Control': 'no-store',
      Connection: 'close',
    })
    .end(JSON.stringify({ error, error_description }))
}
