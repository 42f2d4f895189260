import { deviceCodeGrant } from '#lib/oauth/urns.ts'
import type { Context, Next } from './types.ts'

/** The endpoints that clients ask, and no person in a browser. */
export const clientPaths = /\/(token|introspect|revoke|device_authorization|userinfo)$/

// The library's own words for what has codes of its own in RFC 6749, section 5.2.
const asOf = new Map([
  ['no client authentication mechanism provided', { error: 'invalid_client', status: 401 }],
  ['requested grant type is not allowed for this client', { error: 'unauthorized_client', status: 400 }],
  [`${deviceCodeGrant} is not allowed for this client`, { error: 'unauthorized_client', status: 400 }],
])

/**
 * Middleware for the endpoints that clients ask, and no person in a browser: their errors are JSON whatever
 * `Accept` says, of two members, with the codes of RFC 6749, section 5.2. A revocation is answered by nothing
 * at all, of no media type (RFC 7009, section 2.2).
 */
export async function clientEndpoints(ctx: Context, next: Next): Promise<void> {
  if (!clientPaths.test(ctx.path)) {
    await next()
    return
  }
  ctx.req.headers.accept = 'application/json'
  await next()
  const answer = ctx.body as { error?: string; error_description?: string } | string | undefined
  if (ctx.status === 200 && answer === '') ctx.remove('content-type')
  if (typeof answer !== 'object' || answer.error === undefined) return
  const { error, error_description = '' } = answer
  const named = asOf.get(error_description)
  // What the library says besides, such as the scope that a token lacks, is in the challenge.
  ctx.body = { error: named?.error ?? error, error_description }
  if (!named) return
  ctx.status = named.status
  if (named.status === 401) ctx.set('www-authenticate', 'Basic realm="Baton"')
}
