import type { JWTPayload } from 'jose'
import type { TrustedIssuer } from '#lib/config/trusted-issuers.ts'
import { OAuthError } from '#lib/oauth/error.ts'

/**
 * Names the client whose sign-in an ID token proves, for one use of the token. Throws `invalid_grant` when
 * the token is not meant for that use.
 */
export type Authorize = (claims: JWTPayload, trusted: TrustedIssuer) => string

/**
 * For a hand-off nonce: `aud` must name a listed client and the nonce endpoint, the latter unless the client
 * is in `acceptWithoutNonceAudience`.
 */
export function forNonce(endpoint: string): Authorize {
  return (claims, trusted) => {
    const client = listedClient(claims, trusted, [endpoint])
    if (client === undefined) throw refused('its aud names no listed client')
    if (!audiencesOf(claims).includes(endpoint) && !trusted.acceptWithoutNonceAudience.includes(client))
      throw refused(`its aud does not name ${endpoint}`)
    return client
  }
}

/**
 * For a token exchange by `clientId`: `aud` must name a listed client or one of `own`, the addresses of Baton
 * that such tokens are issued for. If it names a client, that must be `clientId`. `known` are further
 * addresses of Baton, which do not count as clients.
 */
export function forExchange(clientId: string, own: string[], known: string[]): Authorize {
  return (claims, trusted) => {
    const client = listedClient(claims, trusted, [...own, ...known])
    if (client !== undefined && client !== clientId) throw refused('it was made for another client')
    if (client === undefined && !audiencesOf(claims).some((audience) => own.includes(audience)))
      throw refused('its aud names neither this server nor a listed client')
    return clientId
  }
}

/**
 * The listed client that an ID token was issued for, if any. `azp` must be a listed client of `aud`; it is
 * required when `aud` names several audiences besides Baton's own addresses. OpenID Connect Core 1.0, section
 * 3.1.3.7, steps 3 to 5.
 */
function listedClient(claims: JWTPayload, trusted: TrustedIssuer, own: string[]): string | undefined {
  const clientAudiences = new Set(audiencesOf(claims).filter((audience) => !own.includes(audience)))
  const listed = trusted.clients.filter((client) => clientAudiences.has(client))
  const { azp } = claims
  if (azp === undefined && clientAudiences.size > 1) throw refused('it has several audiences and no azp')
  const client = azp === undefined ? listed[0] : azp
  if (client === undefined) return undefined
  if (typeof client !== 'string' || !listed.includes(client))
    throw refused('its azp is no listed client of its aud')
  return client
}

function audiencesOf({ aud }: JWTPayload): string[] {
  return [aud ?? []].flat()
}

function refused(detail: string): OAuthError {
  return new OAuthError('invalid_grant', 'the ID token is not acceptable', { detail })
}
