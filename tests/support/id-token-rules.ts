import type { JWTPayload } from 'jose'
import { type TrustedIssuer, trustedIssuerSchema } from '#lib/config/trusted-issuers.ts'
import { type Authorize, forNonce } from '#lib/id-tokens/authorized-client.ts'
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
