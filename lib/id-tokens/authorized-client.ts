import type { JWTPayload } from 'jose'
import type { TrustedIssuer } from '#lib/config/trusted-issuers.ts'
import { refused } from './refused.ts'

/**
 * Names the client whose sign-in an ID token proves, for one use of the token. Throws `invalid_grant` when
 * the token is not meant for that use.
 */
export type Authorize = (claims: JWTPayload, trusted: TrustedIssuer) => string

/**
 * For a hand-off nonce: `aud` must name a listed client and the nonce endpoint, the latter unless the app is
 * in `acceptWithoutNonceAudience`.
 */
export function forNonce(endpoint: string): Authorize {
  return (claims, trusted) => {
    const app = appOf(claims, trusted)
    requireListed(claims, trusted)
    requireEndpoint(claims, trusted, { endpoint, app })
    // One of the listed clients of `aud`, where there is no `azp`.
    return app as string
  }
}

/** Throws `invalid_grant` when `aud` names no listed client. */
export function requireListed(claims: JWTPayload, trusted: TrustedIssuer): void {
  if (listedIn(claims, trusted).length === 0) throw refused('its aud names no listed client')
}

/** Throws `invalid_grant` when `aud` lacks the nonce endpoint, and the app is not excused from that. */
export function requireEndpoint(
  claims: JWTPayload,
  { acceptWithoutNonceAudience }: TrustedIssuer,
  { endpoint, app }: { endpoint: string; app: string | undefined },
): void {
  if (audiencesOf(claims).includes(endpoint)) return
  if (app === undefined || !acceptWithoutNonceAudience.includes(app))
    throw refused(`its aud does not name ${endpoint}`)
}

/**
 * For a token exchange by `clientId`: `aud` must name a listed client or one of `own`, the addresses of Baton
 * that such tokens are issued for. If the token names its app, that must be `clientId`.
 */
export function forExchange(clientId: string, own: string[]): Authorize {
  return (claims, trusted) => {
    const app = appOf(claims, trusted)
    if (app !== undefined && app !== clientId) throw refused('it was made for another client')
    const isForBaton = audiencesOf(claims).some((audience) => own.includes(audience))
    if (!isForBaton && listedIn(claims, trusted).length === 0)
      throw refused('its aud names neither this server nor a listed client')
    return clientId
  }
}

/**
 * The app that signed the person in, if the token names it: `azp`, which must be a listed client but need not
 * be in `aud` (Google's apps: `aud` is the server's client, `azp` the app's); else the one listed client of
 * `aud`. Throws `invalid_grant`. OpenID Connect Core 1.0, section 3.1.3.7, steps 3 to 5.
 */
export function appOf(claims: JWTPayload, trusted: TrustedIssuer): string | undefined {
  const { azp } = claims
  if (azp !== undefined) {
    if (typeof azp !== 'string' || !trusted.clients.includes(azp))
      throw refused('its azp is not a listed client')
    return azp
  }
  const [app, ...others] = listedIn(claims, trusted)
  if (others.length > 0) throw refused('its aud names several listed clients, and it has no azp')
  return app
}

function listedIn(claims: JWTPayload, { clients }: TrustedIssuer): string[] {
  const audiences = audiencesOf(claims)
  return [...new Set(clients)].filter((client) => audiences.includes(client))
}

function audiencesOf({ aud }: JWTPayload): string[] {
  return [aud ?? []].flat()
}
