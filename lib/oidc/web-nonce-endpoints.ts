import { errors } from 'oidc-provider'
import type { Config } from '#lib/config/load.ts'
import type { WhyEnded } from '#lib/db/audit-events.ts'
import type { Database } from '#lib/db/database.ts'
import { type Ended, endSessionTree } from '#lib/db/sessions.ts'
import { getSession, getSessionCaching } from '#lib/sessions/get-session.ts'
import { ownWebNonce } from '#lib/sessions/web-nonce.ts'
import { oidcOf, paramsOf } from './context.ts'
import { proofOfKey, takeProofOfKey } from './proof-of-key.ts'
import type { Context, Next } from './types.ts'

type Needs = { db: Database; config: Config; ended(ended: Ended, why: WhyEnded): Promise<void> }

/**
 * Middleware that adds web nonces to the library's introspection and revocation endpoints, after the library
 * has authenticated the client. An introspected JWT, which the library answers with an error, is not active
 * (RFC 7662, section 2.2). Revoking a web nonce ends its session before the answer (RFC 7009); one that is
 * bound to a key needs a proof of it.
 */
export function webNonceEndpoints(needs: Needs) {
  return async (ctx: Context, next: Next): Promise<void> => {
    await next()
    const { route, client, params } = oidcOf(ctx) ?? {}
    const { token } = paramsOf({ params })
    if (!client || !token) return
    if (route === 'introspection') await introspect(ctx, token, client.clientId, needs)
    if (route === 'revocation' && ctx.status === 200) await revoke(ctx, token, client.clientId, needs)
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
 * Ends the session of this client's own web nonce, unless that is bound to a key; `false` for any other
 * token. RFC 7009, section 2.1.
 */
export async function revokeWebNonce(token: string, clientId: string, needs: Needs): Promise<boolean> {
  const own = await ownWebNonce(token, clientId, needs)
  if (!own || own.jkt !== null) return false
  await end(own.id, needs)
  return true
}

async function revoke(ctx: Context, token: string, clientId: string, needs: Needs): Promise<void> {
  const own = await ownWebNonce(token, clientId, needs)
  if (!own) return
  if (own.jkt === null) return end(own.id, needs)
  try {
    const proof = await proofOfKey(ctx, '/revoke', needs)
    if (proof?.jkt !== own.jkt)
      throw new errors.InvalidDpopProof('send a DPoP proof with the key of the token')
    await takeProofOfKey(proof, needs)
  } catch (error) {
    if (!(error instanceof errors.OIDCProviderError)) throw error
    ctx.oidc.provider.emit('revocation.error', ctx, error)
    ctx.status = error.statusCode
    ctx.body = { error: error.error, error_description: error.error_description }
    return
  }
  await end(own.id, needs)
}

async function end(sid: string, needs: Needs): Promise<void> {
  const why = 'web_nonce_revoked'
  await needs.ended(await endSessionTree(needs.db, sid, why), why)
}
