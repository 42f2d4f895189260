import { randomBytes } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { isHttps } from '#lib/config/is-https.ts'
import type { Config } from '#lib/config/load.ts'

/**
 * Sets the headers of every page: scripts run only with this answer's own nonce, no site frames the page, and
 * no type is guessed. Next takes the nonce for its scripts from the request's header of the same name.
 */
export function setPageHeaders(
  req: IncomingMessage,
  res: ServerResponse,
  { url, development }: Pick<Config, 'url' | 'development'>,
): void {
  const nonce = randomBytes(16).toString('base64')
  const policy = [
    "default-src 'self'",
    `script-src 'self' 'nonce-${nonce}' 'strict-dynamic'${development ? " 'unsafe-eval'" : ''}`,
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data:",
    `connect-src 'self'${development ? ' ws:' : ''}`,
    "object-src 'none'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join('; ')
  req.headers['content-security-policy'] = policy
  res.setHeader('Content-Security-Policy', policy)
  res.setHeader('X-Content-Type-Options', 'nosniff')
  res.setHeader('X-Frame-Options', 'DENY')
  if (!res.hasHeader('Referrer-Policy')) res.setHeader('Referrer-Policy', 'same-origin')
  if (isHttps({ url })) res.setHeader('Strict-Transport-Security', 'max-age=31536000')
}
