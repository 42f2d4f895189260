import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { Registry } from 'prom-client'
import { whyNotListening } from '#lib/http/why-not-listening.ts'
import { type MetricsNeeds, openRegistry } from './registry.ts'

type Place = { host: string | undefined; port: number }

/** Connections at once; more are closed. */
const mostConnections = 32

/**
 * Serves `/metrics` on a port of its own, in the text format of Prometheus. Returns the function that stops
 * it. Throws a plain sentence when the port cannot be listened on.
 */
export async function serveMetrics({ host, port }: Place, needs: MetricsNeeds): Promise<() => Promise<void>> {
  const { registry, close } = openRegistry(needs)
  const server = createServer((req, res) => answer(req, res, registry))
  server.maxConnections = mostConnections
  server.listen({ host, port })
  try {
    await once(server, 'listening')
  } catch (cause) {
    close()
    throw new Error(whyNotListening(cause as NodeJS.ErrnoException, port, 'METRICS_PORT'), { cause })
  }
  return async () => {
    close()
    const closed = once(server, 'close')
    server.close()
    server.closeAllConnections()
    await closed
  }
}

async function answer({ url, method }: IncomingMessage, res: ServerResponse, registry: Registry) {
  if (url?.split('?', 1)[0] !== '/metrics')
    return refuse(res, 404, 'not_found', 'there is only /metrics here')
  if (method !== 'GET') return refuse(res.setHeader('Allow', 'GET'), 405, 'method_not_allowed', 'use GET')
  const text = await registry.metrics()
  res.writeHead(200, { 'Content-Type': registry.contentType, 'Cache-Control': 'no-store' }).end(text)
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
