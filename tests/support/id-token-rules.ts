import type { JWTPayload } from 'jose'
import { type TrustedIssuer, trustedIssuerSchema } from '#lib/config/trusted-issuers.ts'
import { type Authorize, forNonce } from '#lib/id-tokens/authorized-client.ts'
import { explainIdToken } from '#lib/id-tokens/explain-id-token.ts'
import { type IssuerKeys, keysOf } from '#lib/id-tokens/issuer-keys.ts'
import { type IdToken, verifyIdToken } from '#lib/id-tokens/verify-id-token.ts'
import type { MetadataCache } from '#lib/providers/metadata.ts'

export const nonceEndpoint = 'https://baton.example.org/api/nonce'

/** Seconds since the epoch, now. */
export const now = () => Math.floor(Date.now() / 1000)

/** The claims of a good ID token; `undefined` takes one away. */
export function goodClaims(iss: string, change: Record<string, unknown> = {}): JWTPayload {
  return { iss, sub: 's-1', aud: ['app', nonceEndpoint], iat: now(), exp: now() + 300, ...change }
}

/** Verifies tokens as one Baton process does, with caches of its own. */
export function verifierFor(
  issuer: string,
  rules: Partial<TrustedIssuer> = {},
  authorize: Authorize = forNonce(nonceEndpoint),
): (token: string) => Promise<IdToken> {
  const cache = { keys: new Map() as IssuerKeys, metadata: new Map() as MetadataCache, providers: [] }
  const trusted = { ...trustedIssuerSchema.parse({ issuer, clients: ['app', 'other-app'] }), ...rules }
  return (token) =>
    verifyIdToken(token, {
      trustedIssuers: [trusted],
      authorize,
      keysOf: (iss) => keysOf(iss, cache),
    })
}

/**
 * The same for hand-off nonces, and has each token explained as well: throws when the explanation does not
 * call a rule broken just where the token is refused.
 */
export function comparedVerifierFor(
  issuer: string,
  rules: Partial<TrustedIssuer> = {},
): (token: string) => Promise<IdToken> {
  const verify = verifierFor(issuer, rules)
  const trusted = { ...trustedIssuerSchema.parse({ issuer, clients: ['app', 'other-app'] }), ...rules }
  return async (token) => {
    const cache = { keys: new Map() as IssuerKeys, metadata: new Map() as MetadataCache, providers: [] }
    const rows = await explainIdToken(token, {
      config: { providers: [], trustedIssuers: [trusted] },
      endpoint: nonceEndpoint,
      keysOf: (iss) => keysOf(iss, cache),
    })
    const broken = rows.filter(({ status }) => status === 'broken')
    const said = JSON.stringify(rows)
    for (const part of token.split('.').filter((part) => part.length > 20))
      if (said.includes(part)) throw new Error('the explanation has a part of the token in it')
    const refusal = await verify(token).then(
      () => undefined,
      (error: { code?: string }) => error,
    )
    if ((refusal?.code === 'invalid_grant') !== broken.length > 0)
      throw new Error(`refused: ${refusal}, and explained as ${JSON.stringify(broken)}`, { cause: refusal })
    if (refusal) throw refusal
    return verify(token)
  }
}
