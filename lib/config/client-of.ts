import type { Client } from './clients.ts'

/** The configured client with this `client_id`. */
export function clientOf(
  id: string | null | undefined,
  { clients }: { clients: Client[] },
): Client | undefined {
  return clients.find(({ client_id }) => client_id === id)
}

type AuthenticationMethod = NonNullable<Client['token_endpoint_auth_method']>

/** How a client authenticates at the token endpoint and its like. RFC 7591, section 2. */
export function authenticationMethodOf({
  token_endpoint_auth_method: method,
  client_secret: secret,
}: Pick<Client, 'token_endpoint_auth_method' | 'client_secret'>): AuthenticationMethod {
  return method ?? (secret ? 'client_secret_basic' : 'none')
}
