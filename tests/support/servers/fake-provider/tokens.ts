import { createHash } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { JWTPayload } from 'jose'
import { randomToken } from '#lib/crypto/random-token.ts'
import { signed } from '../../issuer.ts'
import { isClient } from './client-authentication.ts'
import {
  type Asked,
  answered,
  type Fake,
  type Grant,
  issuerOf,
  numericDate,
  type Reply,
  refused,
} from './fake.ts'

/** The token endpoint: a code for tokens, and a refresh token for new ones. */
export async function token(asked: Asked, fake: Fake): Promise<Reply> {
  if (!(await isClient(asked, fake))) {
    const answer = refused(401, 'invalid_client', 'the client is not registered that way')
    return { ...answer, headers: { ...answer.headers, 'www-authenticate': 'Basic realm="fake"' } }
  }
  if (asked.form.grant_type === 'authorization_code') return byCode(asked.form, fake)
  if (asked.form.grant_type === 'refresh_token') return byRefreshToken(asked.form, fake)
  return refused(400, 'unsupported_grant_type')
}

async function byCode(form: Record<string, string>, fake: Fake): Promise<Reply> {
  const { habits, codes } = fake
  const grant = codes.get(form.code ?? '')
  codes.delete(form.code ?? '')
  if (!grant || form.redirect_uri !== grant.redirectUri) return refused(400, 'invalid_grant', 'unknown code')
  if (!isVerified(form.code_verifier, grant)) return refused(400, 'invalid_grant', 'PKCE does not match')
  await sleep(habits.atCode.delay ?? 0)
  return answered({ members: await issued(grant, fake, true) }, habits.atCode)
}

// RFC 7636, section 4.6.
function isVerified(verifier: string | undefined, { codeChallenge }: Grant): boolean {
  if (!codeChallenge || !verifier) return codeChallenge === verifier
  return createHash('sha256').update(verifier).digest('base64url') === codeChallenge
}

async function byRefreshToken({ refresh_token = '' }: Record<string, string>, fake: Fake): Promise<Reply> {
  const { habits, refreshTokens } = fake
  const known = refreshTokens.get(refresh_token)
  if (!known || known.grant.isOver) return refused(400, 'invalid_grant', 'unknown refresh token')
  if (known.isSpent) {
    known.grant.isOver = true
    return refused(400, 'invalid_grant', 'the refresh token was used before')
  }
  await sleep(habits.atRefresh.delay ?? 0)
  known.isSpent = habits.refreshTokens === 'rotating'
  return answered({ members: await issued(known.grant, fake, false) }, habits.atRefresh)
}

async function issued(grant: Grant, fake: Fake, isFirst: boolean) {
  const { habits, accessTokens, refreshTokens, idTokens } = fake
  const accessToken = randomToken()
  accessTokens.set(accessToken, { grant, by: isFirst ? 'code' : 'refresh' })
  const givesOne = habits.refreshTokens === 'rotating' || (habits.refreshTokens === 'lasting' && isFirst)
  const refreshToken = givesOne ? randomToken() : undefined
  if (refreshToken) refreshTokens.set(refreshToken, { grant, isSpent: false })
  const hasIdToken = habits.kind === 'oidc' && (isFirst || habits.refreshesIdToken)
  // OpenID Connect Core 1.0, section 12.2: one of a refresh has no nonce.
  const idToken = hasIdToken ? await newIdToken(isFirst ? grant.nonce : undefined, fake) : undefined
  if (idToken) idTokens.push(idToken)
  return {
    access_token: accessToken,
    token_type: 'Bearer',
    expires_in: 3600,
    scope: grant.scope || undefined,
    refresh_token: refreshToken,
    id_token: idToken,
  }
}

/** An ID token of the one person (OpenID Connect Core 1.0, section 2). */
export function newIdToken(nonce: string | undefined, fake: Fake, claims: JWTPayload = {}): Promise<string> {
  const { habits, keys } = fake
  const now = numericDate(fake)
  return signed(keys[habits.signingAlgorithm], {
    iss: issuerOf(fake),
    sub: habits.subject as string,
    aud: habits.clientId,
    iat: now,
    exp: now + 300,
    ...(habits.nonce === 'repeated' && nonce !== undefined && { nonce }),
    ...(habits.nonce === 'empty' && { nonce: '' }),
    ...(habits.tenant && { tid: habits.tenant }),
    ...habits.idTokenClaims,
    ...claims,
  })
}
