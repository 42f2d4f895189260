import {
  decodeJwt,
  decodeProtectedHeader,
  errors,
  type JWTClaimVerificationOptions,
  type JWTPayload,
  type JWTVerifyGetKey,
  type ProtectedHeaderParameters,
  UnsecuredJWT,
} from 'jose'
import { type Door, mayEnter } from '#lib/accounts/allowed.ts'
import { isUsableSubject } from '#lib/accounts/subject.ts'
import type { Config } from '#lib/config/load.ts'
import type { TrustedIssuer } from '#lib/config/trusted-issuers.ts'
import { causeText } from '#lib/http/cause-text.ts'
import { isOAuthError } from '#lib/oauth/error.ts'
import { appOf, requireEndpoint, requireListed } from './authorized-client.ts'
import { kindRules } from './require-id-token.ts'
import { clockTolerance, requireType } from './verify-id-token.ts'
import { verifySignature } from './verify-signature.ts'

/** The rules that an ID token has to meet. */
export type RuleName =
  | (
      | 'JWT'
      | 'typ'
      | 'iss'
      | 'alg'
      | 'signature'
      | 'aud: client'
      | 'azp'
      | 'aud: Baton'
      | 'exp'
      | 'nbf'
      | 'iat'
    )
  | ('sub' | 'subjectClaim' | 'kind' | 'events' | 'mark' | 'allow')

/** What is so with one rule; `unknown` where it cannot be looked at. */
export type Explained = { rule: RuleName; status: 'met' | 'broken' | 'unknown'; message: string }

type Needs = {
  config: Pick<Config, 'providers' | 'trustedIssuers'>
  /** The URL of the nonce endpoint. */
  endpoint: string
  keysOf(issuer: string): Promise<JWTVerifyGetKey>
}

/**
 * Looks at every rule that `verifyIdToken` and `allow` have for an ID token at the nonce endpoint, each for
 * itself, by the same functions. Never rejects.
 */
export async function explainIdToken(token: string, needs: Needs): Promise<Explained[]> {
  const read = partsOf(token)
  if (typeof read === 'string') return [{ rule: 'JWT', status: 'broken', message: read }]
  const { header, claims } = read
  const { trustedIssuers } = needs.config
  const trusted = trustedIssuers.find(({ issuer }) => issuer === claims.iss)
  return [
    { rule: 'JWT', status: 'met', message: 'it is a JWT' },
    look('typ', 'its header calls it a JWT', () => requireType(header)),
    trusted
      ? { rule: 'iss', status: 'met', message: `its issuer is trusted: ${claims.iss}` }
      : {
          rule: 'iss',
          status: 'broken',
          message: `its issuer is not trusted: ${JSON.stringify(claims.iss)}`,
        },
    ...(trusted ? await ofIssuer(token, { header, claims, trusted }, needs) : []),
    ...times(claims, trusted),
    look('sub', 'it has a sub', () => requireSubject(claims, 'sub')),
    look('kind', 'no claim says that it is another kind of token', () => kindRules.kind(claims, {})),
    look('events', 'it is no logout token', () => kindRules.events(claims, {})),
  ]
}

type Parts = { header: ProtectedHeaderParameters; claims: JWTPayload }

function partsOf(token: string): Parts | string {
  if (token.split('.').length === 5) return 'it is encrypted, and Baton takes signed tokens alone'
  try {
    return { header: decodeProtectedHeader(token), claims: decodeJwt(token) }
  } catch {
    return 'it is no JWT: three parts with dots between them, the first two of JSON in base64url'
  }
}

async function ofIssuer(
  token: string,
  { header, claims, trusted }: Parts & { trusted: TrustedIssuer },
  { config, endpoint, keysOf }: Needs,
): Promise<Explained[]> {
  let app: string | undefined
  const azp = look('azp', 'it names one app', () => {
    app = appOf(claims, trusted)
  })
  const { algorithms, issuer, subjectClaim } = trusted
  const door: Door = { issuer }
  return [
    look('alg', `its algorithm may be used: ${header.alg}`, () => {
      if (!algorithms.includes(header.alg as (typeof algorithms)[number]))
        throw new Error(`its algorithm is ${header.alg}; allowed are ${algorithms.join(', ')}`)
    }),
    await signature(token, header, () => keysOf(issuer)),
    look('aud: client', 'its aud names a listed client', () => requireListed(claims, trusted)),
    azp,
    look('aud: Baton', `its aud names ${endpoint}, or need not`, () =>
      requireEndpoint(claims, trusted, { endpoint, app }),
    ),
    look('subjectClaim', `it has the claim that identifies people: ${subjectClaim}`, () =>
      requireSubject(claims, subjectClaim),
    ),
    look('mark', 'it is marked as an ID token, or is like no access token', () =>
      kindRules.mark(claims, trusted),
    ),
    look('allow', '`allow` lets this person in', () => {
      if (!mayEnter(claims, door, config)) throw new Error('`allow` does not let this person in')
    }),
  ]
}

async function signature(
  token: string,
  { alg, kid }: ProtectedHeaderParameters & { kid?: string },
  keys: () => Promise<JWTVerifyGetKey>,
): Promise<Explained> {
  const rule = 'signature'
  const met: Explained = { rule, status: 'met', message: 'one of its issuer’s keys has signed it' }
  try {
    // Whether the algorithm may be used is a rule of its own.
    await verifySignature(token, await keys(), { algorithms: [alg ?? ''] })
    return met
  } catch (error) {
    if (isOAuthError(error) && error.code === 'temporarily_unavailable')
      return {
        rule,
        status: 'unknown',
        message: `the ${error.options.detail} cannot be had (${causeText(error.options.cause)})`,
      }
    // Claims are looked at once the signature holds.
    if (error instanceof errors.JWTClaimValidationFailed || error instanceof errors.JWTExpired) return met
    const named = kid === undefined ? '' : ` (kid ${JSON.stringify(kid)})`
    return error instanceof errors.JWKSNoMatchingKey
      ? { rule, status: 'broken', message: `its issuer has no key for it${named}` }
      : { rule, status: 'broken', message: `its signature does not hold by its issuer's keys${named}` }
  }
}

function times(claims: JWTPayload, trusted: TrustedIssuer | undefined): Explained[] {
  const now = Math.floor(Date.now() / 1000)
  const at = (time: unknown) => (typeof time === 'number' ? `${Math.abs(time - now)} s` : '')
  const { exp, nbf, iat } = claims
  return [
    time('exp', `it is good for another ${at(exp)}`, claims, { requiredClaims: ['exp'] }, () =>
      exp === undefined ? 'it has no exp' : `it expired ${at(exp)} ago`,
    ),
    time(
      'nbf',
      nbf === undefined ? 'it has no nbf' : 'it is good by now',
      claims,
      {},
      () => `it is good in ${at(nbf)} only`,
    ),
    trusted
      ? time('iat', `it was issued ${at(iat)} ago`, claims, { maxTokenAge: trusted.maxTokenAge }, () => {
          if (iat === undefined) return 'it has no iat'
          if (iat > now) return `its iat is ${at(iat)} in the future`
          return `it was issued ${at(iat)} ago; maxTokenAge is ${trusted.maxTokenAge} s`
        })
      : { rule: 'iat', status: 'unknown', message: 'how old it may be depends on its issuer' },
  ]
}

// By the library that verifies: of the claims alone, as if nothing else were in the token.
function time(
  rule: 'exp' | 'nbf' | 'iat',
  met: string,
  claims: JWTPayload,
  options: JWTClaimVerificationOptions,
  broken: () => string,
): Explained {
  const { [rule]: value } = claims
  if (value !== undefined && typeof value !== 'number')
    return { rule, status: 'broken', message: `its ${rule} is no number` }
  try {
    const alone = new UnsecuredJWT(value === undefined ? {} : { [rule]: value }).encode()
    UnsecuredJWT.decode(alone, { ...options, clockTolerance })
    return { rule, status: 'met', message: met }
  } catch {
    return { rule, status: 'broken', message: broken() }
  }
}

function requireSubject(claims: JWTPayload, claim: string): void {
  if (!isUsableSubject(claims[claim]))
    throw new Error(`its ${claim} is missing, or no text of 1 to 255 characters without control characters`)
}

function look(rule: RuleName, met: string, require: () => void): Explained {
  try {
    require()
    return { rule, status: 'met', message: met }
  } catch (error) {
    const message = isOAuthError(error) ? String(error.options.detail) : (error as Error).message
    return { rule, status: 'broken', message }
  }
}
