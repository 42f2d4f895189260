import { decodeJwt } from 'jose'
import type Provider from 'oidc-provider'
import { OAuthError } from '#lib/oauth/error.ts'
import type { Client } from './types.ts'

type Validate = { validate(token: string, client: Client): Promise<unknown> }

/**
 * The client that an `id_token_hint` of a posted sign-out was issued to, once it is verified: with that
 * `client_id` the request goes on by an address, which no token belongs in. Throws `invalid_request`, as the
 * library would (RP-Initiated Logout 1.0, section 2).
 */
export async function clientOfHint(provider: Provider, hint: string, clientId?: string): Promise<string> {
  try {
    const { aud } = decodeJwt(hint)
    if (typeof aud !== 'string') throw new Error('the hint has no single audience')
    if (clientId !== undefined && clientId !== aud) throw new Error('the hint is of another client')
    const client = (await provider.Client.find(aud)) as Client
    await (provider.IdToken as unknown as Validate).validate(hint, client)
    return aud
  } catch (cause) {
    throw new OAuthError('invalid_request', 'the id_token_hint is not acceptable', { cause })
  }
}
