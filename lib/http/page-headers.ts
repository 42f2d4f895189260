import { randomBytes } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Runtime } from '#lib/runtime.ts'

/**
 * Headers of every page: scripts run only with this answer's own nonce, nobody frames it, and nothing is guessed about types.
 * Next takes the nonce for its scripts from the request's header of the same name.
 */
export function setPageHeaders(
  req: IncomingMessage,
  res: ServerResponse,
  { config }: Pick<Runtime, 'config'>,
): void {
  const nonce = randomBytes(16).toString('base64')
  const inDevelopment = config.development
  const policy = [
    "default-src 'self'",
    `script-src 'self' 'nonce-${nonce}' 'strict-dynamic'${inDevelopment ? " 'unsafe-eval'" : ''}`,
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data:",
    `connect-src 'self'${inDevelopment ? ' ws:' : ''}`,
    "object-src 'none'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join('; ')
  req.headers['content-security-policy'] = policy
  res.setHeader('Content-Security-Policy', policy)
  res.setHeader('X-Content-Type-Options', 'nosniff')
  res.setHeader('X-Frame-Options', 'DENY')
  if (!res.hasHeader('Referrer-Policy')) res.setHeader('Referrer-Policy', 'same-origin')
  if (config.url.startsWith('https:')) res.setHeader('Strict-Transport-Security', 'max-age=31536000')
}
