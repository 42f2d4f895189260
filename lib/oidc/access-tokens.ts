import { randomUUID } from 'node:crypto'
import { importJWK, SignJWT } from 'jose'
import { LRUCache } from 'lru-cache'
import type { LiveSession } from '#lib/db/sessions.ts'
import type { Runtime } from '#lib/runtime.ts'
import type { SigningKey } from './signing-keys.ts'

/** Seconds that a JWT access token lives: what has been revoked is refused everywhere after that. */
export const accessTokenLifetime = 300
/** Seconds before its end in which a token is not given out any more. */
const margin = 60
export const alg = 'RS256'

/** Tokens by session and audience, so that a call does not wait for a signature. */
export type IssuedAccessTokens = LRUCache<string, string>

export type AccessTokenNeeds = Pick<Runtime, 'oidc' | 'config' | 'issuedAccessTokens'>

/** An empty cache of them. */
export function newIssuedAccessTokens(): IssuedAccessTokens {
  return new LRUCache({ max: 10_000, ttl: (accessTokenLifetime - margin) * 1000 })
}

/**
 * A JWT access token of Baton's own for a call in this session (RFC 9068), which `audience` alone takes. `client_id` is Baton's origin:
 * it calls for the person itself.
 */
export async function issueAccessToken(
  session: LiveSession,
  audience: string,
  { oidc, config, issuedAccessTokens }: AccessTokenNeeds,
): Promise<string> {
  const known = issuedAccessTokens.get(`${session.id} ${audience}`)
  if (known) return known
  const token = await signAccessToken(session, {
    audience,
    clientId: config.url,
    issuer: oidc.provider.issuer,
    key: oidc.signingKey(alg),
  })
  issuedAccessTokens.set(`${session.id} ${audience}`, token)
  return token
}

/** A JWT access token of Baton's own that a client holds for a person's session (RFC 9068). */
export async function signAccessToken(
  { id, user, amr, authTime }: LiveSession,
  {
    audience,
    clientId,
    issuer,
    key,
  }: { audience: string; clientId: string; issuer: string; key: SigningKey },
): Promise<string> {
  return new SignJWT({
    client_id: clientId,
    sid: id,
    amr,
    auth_time: Math.floor(authTime.getTime() / 1000),
    ...(user.name && { name: user.name }),
  })
    .setProtectedHeader({ alg, kid: key.kid, typ: 'at+jwt' })
    .setIssuer(issuer)
    .setSubject(user.id)
    .setAudience(audience)
    .setIssuedAt()
    .setExpirationTime(`${accessTokenLifetime} s`)
    .setJti(randomUUID())
    .sign(await importJWK(key, alg))
}
