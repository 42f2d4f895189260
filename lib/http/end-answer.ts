import type { ServerResponse } from 'node:http'

/** Milliseconds that an answer waits for the rest of its request. */
export const linger = 1_000

/**
 * Makes an answer the last of its connection while its request is still arriving; call it before the headers
 * are written.
 */
export function closeUnlessComplete(res: ServerResponse): void {
  if (!res.req.complete) res.shouldKeepAlive = false
}

/**
 * Ends an answer. What the caller is still sending is taken in for a second first: closing a connection over
 * unread bytes resets it, and the caller would lose the answer that explains why (RFC 9112, section 9.6).
 */
export function endAnswer(res: ServerResponse, last?: string | Uint8Array): void {
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
  // A pipe into a body that is no longer read would stop it again.
  req.unpipe()
  req.once('end', end).once('close', end)
  req.resume()
}
