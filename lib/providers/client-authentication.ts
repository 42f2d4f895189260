import { importJWK, SignJWT } from 'jose'
import {
  type AuthorizationServer,
  type ClientAuth,
  ClientSecretPost,
  modifyAssertion,
  None,
  PrivateKeyJwt,
} from 'oauth4webapi'
import { privateJwk } from '#lib/config/private-jwk.ts'
import type { UpstreamProvider } from '#lib/config/upstream-provider.ts'

/** The credentials of Baton's client at a provider, as Auth.js and `oauth4webapi` take them. */
type Credentials = { method: Method; secret?: string; privateKey?: { key: CryptoKey; kid?: string } }

type Method = NonNullable<UpstreamProvider['tokenEndpointAuthMethod']>
type Registration = Pick<
  UpstreamProvider,
  'authjs' | 'clientId' | 'clientSecret' | 'privateKey' | 'tokenEndpointAuthMethod'
>

/** Seconds for which a client secret that Baton makes is good; it is made anew for each request. */
const secretLifetime = 300

/**
 * How Baton's client authenticates at a token endpoint: as configured, else as the type of provider has it,
 * else by the first of `client_secret_basic` and `client_secret_post` that the metadata offers. RFC 7591,
 * section 2.
 */
export async function credentialsOf(
  provider: Registration,
  server: Pick<AuthorizationServer, 'token_endpoint_auth_methods_supported'>,
): Promise<Credentials> {
  const { clientSecret, privateKey, tokenEndpointAuthMethod } = provider
  if (privateKey !== undefined) return { method: 'private_key_jwt', privateKey: await signingKey(privateKey) }
  if (clientSecret === undefined) return { method: 'none' }
  const secret = typeof clientSecret === 'string' ? clientSecret : await appleSecret(provider, clientSecret)
  const own = provider.authjs.client?.token_endpoint_auth_method as Method | undefined
  return { method: tokenEndpointAuthMethod ?? own ?? offered(server), secret }
}

/** The same for `oauth4webapi`, and byte for byte as Auth.js sends it: what works once works always. */
export function clientAuthentication(
  clientId: string,
  { method, secret = '', privateKey }: Credentials,
): ClientAuth {
  if (method === 'none') return None()
  if (method === 'client_secret_post') return ClientSecretPost(secret)
  if (method === 'private_key_jwt' && privateKey)
    return (server, client, body, headers) =>
      PrivateKeyJwt(privateKey, {
        [modifyAssertion](_, payload) {
          payload.aud = [server.issuer, server.token_endpoint ?? server.issuer]
        },
      })(server, client, body, headers)
  const credentials = Buffer.from(`${formEncoded(clientId)}:${formEncoded(secret)}`).toString('base64')
  return (_, __, ___, headers) => headers.set('authorization', `Basic ${credentials}`)
}

function offered({
  token_endpoint_auth_methods_supported: methods,
}: AuthorizationServer | Partial<AuthorizationServer>): Method {
  const known = (['client_secret_basic', 'client_secret_post'] as const).find((method) =>
    methods?.includes(method),
  )
  // OpenID Connect Discovery 1.0, section 3, and RFC 8414, section 2: the default is Basic.
  return known ?? 'client_secret_basic'
}

async function signingKey(given: NonNullable<UpstreamProvider['privateKey']>) {
  const { kid, alg, ...jwk } = privateJwk(given)
  const key = (await importJWK(jwk, alg)) as CryptoKey
  return { key, ...(kid && { kid }) }
}

// https://developer.apple.com/documentation/accountorganizationaldatasharing/creating-a-client-secret
async function appleSecret(
  { clientId }: Registration,
  { teamId, keyId, privateKey }: Exclude<NonNullable<UpstreamProvider['clientSecret']>, string>,
): Promise<string> {
  const { key } = await signingKey(privateKey)
  return new SignJWT()
    .setProtectedHeader({ alg: 'ES256', kid: keyId })
    .setIssuer(teamId)
    .setSubject(clientId)
    .setAudience('https://appleid.apple.com')
    .setIssuedAt()
    .setExpirationTime(`${secretLifetime}s`)
    .sign(key)
}

// As Auth.js does: the letters that every server takes as they are stay so (RFC 6749, section 2.3.1).
function formEncoded(text: string): string {
  return encodeURIComponent(text).replaceAll('%20', '+')
}
