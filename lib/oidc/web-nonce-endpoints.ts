import type { Config } from '#lib/config/load.ts'
import type { WhyEnded } from '#lib/db/audit-events.ts'
import type { Database } from '#lib/db/database.ts'
import { type Ended, endSessionTree } from '#lib/db/sessions.ts'
import { getSession, getSessionCaching } from '#lib/sessions/get-session.ts'
import { sidOfWebNonce } from '#lib/sessions/web-nonce.ts'
import { oidcOf, paramsOf } from './context.ts'
import type { Context, Next } from './types.ts'

type Needs = { db: Database; config: Config; ended(ended: Ended, why: WhyEnded): Promise<void> }

/**
 * Middleware that adds web nonces to the library's introspection and revocation endpoints, after the library
 * has authenticated the client. An introspected JWT, which the library answers with an error, is not active
 * (RFC 7662, section 2.2). Revoking a web nonce ends its session before the answer (RFC 7009).
 */
export function webNonceEndpoints(needs: Needs) {
  return async (ctx: Context, next: Next): Promise<void> => {
    await next()
    const { route, client, params } = oidcOf(ctx) ?? {}
    const { token } = paramsOf({ params })
    if (!client || !token) return
    if (route === 'introspection') await introspect(ctx, token, client.clientId, needs)
    if (route === 'revocation' && ctx.status === 200) await revokeWebNonce(token, client.clientId, needs)
  }
}

async function introspect(ctx: Context, token: string, asking: string, needs: Needs): Promise<void> {
  // The library refuses a JWT after it has authenticated the client and checked everything else.
  const answer = ctx.body as { error?: string; active?: boolean } | undefined
  const isStructured = answer?.error === 'unsupported_token_type'
  if (ctx.status !== 200 && !isStructured) return
  if (ctx.status === 200 && answer?.active) return
  ctx.status = 200
  const { issuer } = ctx.oidc.provider
  const session = isStructured
    ? undefined
    : await getSession(token, { resourceServer: asking, issuer }, needs)
  ctx.set('cache-control', session ? getSessionCaching : 'no-store')
  ctx.body = session ?? { active: false }
}

/**
 * Ends the session of this client's own web nonce; `false` for any other token. RFC 7009, section 2.1.
 */
export async function revokeWebNonce(token: string, clientId: string, needs: Needs): Promise<boolean> {
  const sid = await sidOfWebNonce(token, clientId, needs)
  const why = 'web_nonce_revoked'
  if (sid) await needs.ended(await endSessionTree(needs.db, sid, why), why)
  return sid !== undefined
}
