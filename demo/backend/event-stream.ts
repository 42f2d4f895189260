import type { RequestHandler } from 'express'

/**
 * Streams server-sent events, the first at once, then one per second (`?every=MS`) until the caller
 * disconnects.
 *
 * Ids count up from 1, or from the caller's `Last-Event-ID`.
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
