import type { Config } from '#lib/config/load.ts'
import type { WhyEnded } from '#lib/db/audit-events.ts'
import type { Database } from '#lib/db/database.ts'
import { type Ended, endSessionTree } from '#lib/db/sessions.ts'
import { numericDate } from '#lib/oauth/numeric-date.ts'
import { sessionOfWebNonce, sidOfWebNonce } from '#lib/sessions/web-nonce.ts'
import { oidcOf, paramsOf } from './context.ts'
import type { Context, Next } from './types.ts'

/** Seconds for which a resource server may cache an answer. */
const maxAge = 5

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
    if (route === 'revocation' && ctx.status === 200) await revoke(token, client.clientId, needs)
  }
}

async function introspect(ctx: Context, token: string, asking: string, needs: Needs): Promise<void> {
  // The library refuses a JWT after it has authenticated the client and checked everything else.
  const answer = ctx.body as { error?: string; active?: boolean } | undefined
  const isStructured = answer?.error === 'unsupported_token_type'
  if (ctx.status !== 200 && !isStructured) return
  if (ctx.status === 200 && answer?.active) return
  ctx.status = 200
  ctx.set('cache-control', 'no-store')
  ctx.body = isStructured ? { active: false } : await getSession(ctx, token, asking, needs)
}

async function getSession(ctx: Context, token: string, asking: string, needs: Needs): Promise<object> {
  const apps = needs.config.clients.filter(({ resource_servers }) => resource_servers.includes(asking))
  const used = await sessionOfWebNonce(
    token,
    apps.map(({ client_id }) => client_id),
    needs,
  )
  if (!used) return { active: false }
  const { session, clientId, goodUntil } = used
  const { id, user, authTime, createdAt } = session
  const username = user.name ?? user.email
  ctx.set('cache-control', `private, max-age=${maxAge}`)
  return {
    active: true,
    sub: user.id,
    client_id: clientId,
    iss: ctx.oidc.provider.issuer,
    sid: id,
    auth_time: numericDate(authTime),
    iat: numericDate(createdAt),
    exp: numericDate(goodUntil),
    token_type: 'Bearer',
    ...(username && { username }),
  }
}

async function revoke(token: string, clientId: string, needs: Needs): Promise<void> {
  const sid = await sidOfWebNonce(token, clientId, needs)
  const why = 'web_nonce_revoked'
  if (sid) await needs.ended(await endSessionTree(needs.db, sid, why), why)
}
