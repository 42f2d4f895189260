import type { Context, Next } from 'oidc-provider'
import { endSessionTree } from '#lib/db/sessions.ts'
import type { Runtime } from '#lib/runtime.ts'
import { sessionOfWebNonce, sidOfWebNonce } from '#lib/sessions/web-nonce.ts'

/** Seconds that a resource server may take an answer for true. */
const maxAge = 5

type Needs = Pick<Runtime, 'db' | 'config'> & { ended(sids: string[]): Promise<void> }

/**
 * The step around the library's introspection and revocation endpoints that knows web nonces, once the library has authenticated who asks. An
 * introspected JWT, for which it has an error, is not active (RFC 7662, section 2.2). A revoked web nonce ends its session before the answer (RFC 7009).
 */
export function webNonceEndpoints(needs: Needs) {
  return async (ctx: Context, next: Next): Promise<void> => {
    await next()
    const { route, client, params } = ctx.oidc ?? {}
    if (!client || !params?.token) return
    if (route === 'introspection') await introspect(ctx, params.token, client.clientId, needs)
    if (route === 'revocation' && ctx.status === 200) await revoke(params.token, client.clientId, needs)
  }
}

async function introspect(ctx: Context, token: string, asking: string, needs: Needs): Promise<void> {
  // The library refuses what looks like a JWT after it has authenticated the client and looked at all else.
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
    iss: ctx.oidc?.provider.issuer,
    sid: id,
    auth_time: seconds(authTime),
    iat: seconds(createdAt),
    exp: seconds(goodUntil),
    token_type: 'Bearer',
    ...(username && { username }),
  }
}

async function revoke(token: string, clientId: string, needs: Needs): Promise<void> {
  const sid = await sidOfWebNonce(token, clientId, needs)
  if (sid) await needs.ended(await endSessionTree(needs.db, sid))
}

function seconds(date: Date): number {
  return Math.floor(date.getTime() / 1000)
}
