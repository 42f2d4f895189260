import { randomBytes } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { isHttps } from '#lib/config/is-https.ts'
import type { Config } from '#lib/config/load.ts'

const policyHeader = 'content-security-policy'
/** Features that no page of Baton's uses (Permissions Policy, section 5.2). */
const unused = [
  ...['accelerometer', 'browsing-topics', 'camera', 'display-capture', 'geolocation', 'gyroscope', 'hid'],
  ...['identity-credentials-get', 'idle-detection', 'magnetometer', 'microphone', 'midi', 'otp-credentials'],
  ...['payment', 'publickey-credentials-create', 'publickey-credentials-get', 'screen-wake-lock', 'serial'],
  ...['usb', 'xr-spatial-tracking'],
]
  .map((feature) => `${feature}=()`)
  .join(', ')

/**
 * The headers of every page but its policy: nobody frames it, opens it in their window or guesses its type.
 */
export function commonPageHeaders(config: Pick<Config, 'url'>): Record<string, string> {
  return {
    'X-Content-Type-Options': 'nosniff',
    'X-Frame-Options': 'DENY',
    'Cross-Origin-Opener-Policy': 'same-origin',
    'Cross-Origin-Resource-Policy': 'same-origin',
    'Permissions-Policy': unused,
    ...(isHttps(config) && { 'Strict-Transport-Security': 'max-age=31536000' }),
  }
}

/** A Content-Security-Policy of these directives and of those that all pages have. */
export function pagePolicy(directives: Record<string, string>): string {
  const all = {
    ...directives,
    'form-action': "'self'",
    'object-src': "'none'",
    'base-uri': "'none'",
    'frame-ancestors': "'none'",
  }
  return Object.entries(all)
    .map((directive) => directive.join(' ').trim())
    .join('; ')
}

/**
 * A policy whose forms may lead to these origins as well. Chromium holds a whole chain of redirects after a
 * form to it.
 */
export function withFormOrigins(policy: string, origins: Iterable<string>): string {
  return policy.replace("form-action 'self'", ["form-action 'self'", ...new Set(origins)].join(' '))
}

/**
 * The headers of a page that Baton renders itself, and this answer's nonce: its one style and its one script
 * are in the page. Its forms may lead to these origins besides Baton's.
 */
export function ownPageHeaders(
  config: Pick<Config, 'url'>,
  formOrigins: readonly string[],
): { nonce: string; headers: Record<string, string> } {
  const nonce = randomBytes(16).toString('base64')
  const policy = pagePolicy({
    'default-src': "'none'",
    'script-src': `'nonce-${nonce}'`,
    'style-src': `'nonce-${nonce}'`,
    'img-src': "'self' data:",
    'connect-src': "'self'",
  })
  const headers = {
    ...commonPageHeaders(config),
    'Content-Security-Policy': withFormOrigins(policy, formOrigins),
    'Content-Type': 'text/html; charset=utf-8',
    'Cache-Control': 'no-store',
  }
  return { nonce, headers }
}

/**
 * Sets the headers of a page that Next renders: scripts and styles need this answer's own nonce. Next takes
 * the nonce for its scripts from the request's header of the same name.
 */
export function setPageHeaders(
  req: IncomingMessage,
  res: ServerResponse,
  config: Pick<Config, 'url' | 'development'>,
): void {
  const nonce = randomBytes(16).toString('base64')
  const { development } = config
  setPolicy(
    req,
    res,
    pagePolicy({
      'default-src': "'self'",
      'script-src': `'self' 'nonce-${nonce}' 'strict-dynamic'${development ? " 'unsafe-eval'" : ''}`,
      // Hot reload writes styles without a nonce.
      'style-src': development ? "'self' 'unsafe-inline'" : `'self' 'nonce-${nonce}'`,
      'img-src': "'self' data:",
      'connect-src': `'self'${development ? ' ws:' : ''}`,
    }),
  )
  for (const [name, value] of Object.entries(commonPageHeaders(config))) res.setHeader(name, value)
  if (!res.hasHeader('Referrer-Policy')) res.setHeader('Referrer-Policy', 'same-origin')
}

/** Lets the forms of the page that is about to be rendered lead to these origins as well. */
export function allowFormOrigins(req: IncomingMessage, res: ServerResponse, origins: Iterable<string>): void {
  setPolicy(req, res, withFormOrigins(String(req.headers[policyHeader]), origins))
}

function setPolicy(req: IncomingMessage, res: ServerResponse, policy: string): void {
  req.headers[policyHeader] = policy
  res.setHeader('Content-Security-Policy', policy)
}
