import type { RequestHandler } from 'express'

/**
 * Streams one event at once and then one every second (`?every=MS`) until the caller leaves (server-sent events).
 *
 * Ids go up by one, from 1 or from the caller's `Last-Event-ID`.
 */
export const eventStream: RequestHandler = (request, response) => {
  const every = Math.max(Number(request.query.every ?? 1000) || 1000, 1)
  let id = Number.parseInt(String(request.headers['last-event-id'] ?? 0), 10) || 0

  response.set({ 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-store' })
  response.flushHeaders()
  if (request.method === 'HEAD') {
    response.end()
    return
  }

  const send = () => {
    id += 1
    response.write(
      `id: ${id}\nevent: tick\ndata: ${JSON.stringify({ tick: id, at: new Date().toISOString() })}\n\n`,
    )
  }
  send()
  const timer = setInterval(send, every)
  response.once('close', () => clearInterval(timer))
}
