import type { Client } from '#lib/config/schema.ts'

/** The configured clients as the library takes them: the registration names alone, and what they mean where nothing is said. */
export function clientMetadata(clients: readonly Client[]): Record<string, unknown>[] {
  return clients.map(
    ({ first_party, origins, resource_servers, handoff, initiate_login_uri, ...metadata }) => {
      // A client without a redirect URI signs nobody in: it is a resource server, or an app that exchanges tokens.
      const isRelyingParty = metadata.redirect_uris.length > 0
      return {
        ...metadata,
        grant_types: metadata.grant_types ?? (isRelyingParty ? ['authorization_code', 'refresh_token'] : []),
        response_types: metadata.response_types ?? (isRelyingParty ? ['code'] : []),
        token_endpoint_auth_method:
          metadata.token_endpoint_auth_method ?? (metadata.client_secret ? 'client_secret_basic' : 'none'),
      }
    },
  )
}
