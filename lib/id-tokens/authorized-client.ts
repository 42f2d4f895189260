import type { JWTPayload } from 'jose'
import type { TrustedIssuer } from '#lib/config/schema.ts'
import { OAuthError } from '#lib/oauth/error.ts'

/**
 * The listed client that an ID token was made for. Its `aud` must name `audience` (unless that client is excused)
 * and a listed client; its `azp`, needed with several client audiences, must be a listed client of its `aud`.
 * Throws `invalid_grant`. OpenID Connect Core 1.0, section 3.1.3.7, steps 3 to 5.
 */
export function authorizedClient(claims: JWTPayload, trusted: TrustedIssuer, audience: string): string {
  const audiences = [claims.aud ?? []].flat()
  const clientAudiences = new Set(audiences.filter((aud) => aud !== audience))
  const listed = trusted.clients.filter((client) => clientAudiences.has(client))
  const { azp } = claims
  if (azp === undefined && clientAudiences.size > 1) throw refused('it has several audiences and no azp')

  const client = azp === undefined ? listed[0] : azp
  if (client === undefined) throw refused('its aud names no listed client')
  if (typeof client !== 'string' || !listed.includes(client))
    throw refused('its azp is no listed client of its aud')
  if (!audiences.includes(audience) && !trusted.acceptWithoutNonceAudience.includes(client))
    throw refused(`its aud does not name ${audience}`)
  return client
}

function refused(detail: string): OAuthError {
  return new OAuthError('invalid_grant', 'the ID token is not acceptable', { detail })
}
