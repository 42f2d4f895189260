import type { ClientMetadata } from 'oidc-provider'
import { authenticationMethodOf } from '#lib/config/client-of.ts'
import type { Config } from '#lib/config/load.ts'
import { tokenExchange } from '#lib/oauth/urns.ts'

/**
 * The configured clients in the library's form: registered metadata names alone, with Baton's defaults.
 */
export function clientMetadata({
  clients,
  trustedIssuers,
}: Pick<Config, 'clients' | 'trustedIssuers'>): ClientMetadata[] {
  return clients.map(
    ({ first_party, origins, resource_servers, handoff, initiate_login_uri, ...metadata }) => {
      // A client without a redirect URI has no sign-in: it is a resource server, or an app that exchanges
      // tokens.
      const isRelyingParty = metadata.redirect_uris.length > 0
      // A client whose ID tokens are trusted is an app, and apps exchange tokens.
      const isApp = trustedIssuers.some((trusted) => trusted.clients.includes(metadata.client_id))
      const usual = [
        ...(isRelyingParty ? ['authorization_code', 'refresh_token'] : []),
        ...(isApp ? [tokenExchange] : []),
      ]
      return {
        ...metadata,
        grant_types: metadata.grant_types ?? usual,
        response_types: metadata.response_types ?? (isRelyingParty ? ['code'] : []),
        token_endpoint_auth_method: authenticationMethodOf(metadata),
      }
    },
  )
}
