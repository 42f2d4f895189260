import type { ServerResponse } from 'node:http'

const linger = 1000

/** Makes an answer the last one of its connection when its request is still coming in. Before its headers are written. */
export function closeUnlessComplete(res: ServerResponse): void {
  if (!res.req.complete) res.shouldKeepAlive = false
}

/**
 * Ends an answer. What the caller is still sending is taken in for a second first: a connection that is closed over unread
 * bytes is reset, and the caller would lose the answer that explains why (RFC 9112, section 9.6).
 */
export function endAnswer(res: ServerResponse, last?: string): void {
  const { req } = res
  if (req.complete || req.destroyed) {
    res.end(last)
    return
  }
  if (last !== undefined) res.write(last)
  const end = () => {
    clearTimeout(timer)
    res.end()
  }
  const timer = setTimeout(end, linger)
  // A pipe into a body that nobody reads any more would stop it again.
  req.unpipe()
  req.once('end', end).once('close', end)
  req.resume()
}
