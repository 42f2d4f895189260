import { randomUUID } from 'node:crypto'
import { importJWK, SignJWT } from 'jose'
import { LRUCache } from 'lru-cache'
import type { Config } from '#lib/config/load.ts'
import type { LiveSession } from '#lib/db/sessions.ts'
import { askClaims, type ClaimsNeeds } from '#lib/hooks/ask-claims.ts'
import type { MaybeLater } from '#lib/later/later.ts'
import { type Moment, since, thisMoment } from '#lib/oauth/moment.ts'
import { numericDate } from '#lib/oauth/numeric-date.ts'
import type { SigningKey } from './signing-keys.ts'

/** Lifetime of a JWT access token in seconds: the longest that it outlives a revoked session. */
export const accessTokenLifetime = 300
/** Seconds before its expiry from which a cached token is no longer used. */
const margin = 60
/** Milliseconds for which a cached token is used. */
const longestUse = (accessTokenLifetime - margin) * 1000
export const alg = 'RS256'

type Issued = { token: MaybeLater<string>; issuedAt: Moment }

/** Issued tokens by session and audience, so that calls do not wait for a signature. */
export type IssuedAccessTokens = LRUCache<string, Issued>

type Issuer = { issuer: string; signingKey(alg: string): SigningKey }
export type AccessTokenNeeds = ClaimsNeeds & {
  oidc: Issuer
  config: Pick<Config, 'url'>
  issuedAccessTokens: IssuedAccessTokens
}

/** An empty cache of issued tokens. */
export function newIssuedAccessTokens(): IssuedAccessTokens {
  return new LRUCache({ max: 10_000 })
}

/**
 * A JWT access token for a call that Baton itself makes in this session, for one `audience` (RFC 9068); at
 * once where one is in memory. Its `client_id` is Baton's origin.
 */
export function issueAccessToken(
  session: LiveSession,
  audience: string,
  needs: AccessTokenNeeds,
): MaybeLater<string> {
  const known = needs.issuedAccessTokens.get(`${session.id} ${audience}`)
  return known && isGood(known) ? known.token : issueAnew(session, audience, needs)
}

// In memory from the beginning: calls that come meanwhile wait for the same token.
function issueAnew(session: LiveSession, audience: string, needs: AccessTokenNeeds): Promise<string> {
  const { issuedAccessTokens } = needs
  const key = `${session.id} ${audience}`
  const token = issue(session, audience, needs)
  const issued: Issued = { token, issuedAt: thisMoment() }
  issuedAccessTokens.set(key, issued)
  token.then(
    (text) => {
      issued.token = text
    },
    () => {
      if (issuedAccessTokens.peek(key) === issued) issuedAccessTokens.delete(key)
    },
  )
  return token
}

async function issue(session: LiveSession, audience: string, needs: AccessTokenNeeds): Promise<string> {
  const { oidc, config } = needs
  const clientId = config.url
  const about = { client: { clientId }, token: { use: 'access_token', audience } } as const
  const own = await askClaims(session, about, needs)
  return signAccessToken(session, {
    audience,
    clientId,
    own,
    issuer: oidc.issuer,
    key: oidc.signingKey(alg),
  })
}

// Whether others see it in force as well. The clock may have been wrong when the token was issued, and have
// been put right since.
function isGood({ issuedAt }: Issued): boolean {
  return issuedAt.wall <= Date.now() && since(issuedAt) < longestUse
}

/**
 * A JWT access token for a client that calls one `audience` in a person's session (RFC 9068), bound to the
 * key with the thumbprint `jkt` where one is given (RFC 9449, section 6.1). `own` are the operator's claims.
 */
export async function signAccessToken(
  session: LiveSession,
  {
    audience,
    clientId,
    issuer,
    key,
    jkt,
    own = {},
  }: {
    audience: string
    clientId: string
    issuer: string
    key: SigningKey
    jkt?: string | undefined
    own?: Record<string, unknown>
  },
): Promise<string> {
  const claims = { ...own, client_id: clientId, ...sessionClaims(session), ...(jkt && { cnf: { jkt } }) }
  return new SignJWT(claims)
    .setProtectedHeader({ alg, kid: key.kid, typ: 'at+jwt' })
    .setIssuer(issuer)
    .setSubject(session.user.id)
    .setAudience(audience)
    .setIssuedAt()
    .setExpirationTime(`${accessTokenLifetime} s`)
    .setJti(randomUUID())
    .sign(await importJWK(key, alg))
}

/** The claims of a JWT access token that describe the session and its person. */
export function sessionClaims({ id, user, amr, authTime }: LiveSession) {
  return { sid: id, amr, auth_time: numericDate(authTime), ...(user.name && { name: user.name }) }
}
