import type { RequestHandler } from 'express'

/** Answers after `?ms=N` milliseconds, headers included. Stops waiting when the caller disconnects. */
export const slow: RequestHandler = (request, response) => {
  const waited = Math.max(Number(request.query.ms) || 0, 0)
  const timer = setTimeout(() => response.json({ waited }), waited)
  response.once('close', () => clearTimeout(timer))
}
