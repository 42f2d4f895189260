import { customFetch } from '@auth/core'
import type { OAuthConfig } from '@auth/core/providers'
import { decodeJwt } from 'jose'
import type { AuthorizationServer } from 'oauth4webapi'
import { endpointUrl } from '#lib/config/endpoint-url.ts'
import type { UpstreamProvider } from '#lib/config/upstream-provider.ts'
import { credentialsOf } from './client-authentication.ts'
import { completeClaims } from './complete-claims.ts'
import { joinClaims } from './join-claims.ts'
import type { MetadataCache } from './metadata.ts'
import { isSameAddress } from './provider-call.ts'
import { providerServer } from './provider-client.ts'
import { addressOf, typeFetch, UnreachableError } from './provider-fetch.ts'
import { accountIdOf, type Shown, shownProfile } from './shown-profile.ts'
import { readByType, strictResponse } from './token-answer.ts'
import { askedByOwnCode, readUserAnswer, requireSuccess } from './user-answer.ts'
import { withVerifiedAddress } from './verified-address.ts'

type Claims = Record<string, unknown>
type Own = OAuthConfig<Claims>

/** What a sign-in finds out about a person, beside what Auth.js keeps. */
export type Found = {
  /** The claims of the ID token and of the userinfo endpoint, or the user API's answer. */
  claims?: Claims
  /** The names of those that the ID token does not say. */
  fromUser?: string[]
  /** The ID token, as it came. */
  idToken?: string
}

/**
 * A provider as Auth.js takes it for one sign-in: its type's own ways, with Baton's reading of metadata,
 * token answers and user answers under them. What is found out about the person is put into `found`. `answer`
 * are the parameters that the provider sent to the callback. Throws what `discover` throws.
 */
export async function signInProvider(
  provider: UpstreamProvider,
  { metadata, found = {}, answer = {} }: { metadata: MetadataCache; found?: Found; answer?: Claims },
): Promise<Own> {
  const server = await providerServer(provider, metadata)
  const { method, secret, privateKey } = await credentialsOf(provider, server)
  // Without the type's symbols: what they mark is done here, for any `id`.
  const { token, userinfo, ...own } = Object.fromEntries(Object.entries(provider.authjs)) as unknown as Own
  // With ID tokens the endpoints come from the metadata, where the type's own go before.
  const isOidc = provider.kind === 'oidc'
  return {
    ...own,
    clientSecret: secret,
    client: { ...own.client, token_endpoint_auth_method: method },
    // Auth.js writes into what it gets.
    authorization: withOwnParams(own.authorization),
    checks: [...(own.checks ?? [])],
    token: { ...(!isOidc && tokenEndpoint(token)), ...(privateKey && { clientPrivateKey: privateKey }) },
    ...(!isOidc && { userinfo: userinfoOf(userinfo, provider.id) }),
    [customFetch]: signInFetch(provider, server, found),
    async profile(given: Claims, tokens: { access_token?: string }) {
      // Who says it is the ID token's word, whatever a userinfo endpoint adds.
      const verified = isOidc && found.idToken ? decodeJwt(found.idToken) : {}
      found.claims = isOidc
        ? await completeClaims(provider, server, joinClaims(given, verified), tokens.access_token)
        : await withVerifiedAddress(provider, given, tokens.access_token)
      found.fromUser = Object.keys(found.claims).filter((name) => !(name in verified))
      const shown = await shownProfile(provider, { ...found.claims, ...userOf(provider, answer) }, tokens)
      return { ...shown, id: isOidc ? String(given.sub) : accountIdOf(provider, shown, given) } as Shown & {
        id: string
      }
    },
  } as unknown as Own
}

// Apple sends the name beside the code, and the first time alone. It is not signed: it is for display.
function userOf({ type }: UpstreamProvider, { user }: Claims): Claims {
  if (type !== 'apple' || typeof user !== 'string') return {}
  try {
    return { user: JSON.parse(user) }
  } catch {
    return {}
  }
}

function withOwnParams(endpoint: Own['authorization']): Own['authorization'] {
  return typeof endpoint === 'object' ? { ...endpoint, params: { ...endpoint.params } } : endpoint
}

function tokenEndpoint(endpoint: Own['token']): { url?: string; params?: unknown } {
  const url = endpointUrl(endpoint)
  return url ? { url, ...(typeof endpoint === 'object' && { params: { ...endpoint.params } }) } : {}
}

function userinfoOf(endpoint: Own['userinfo'], provider: string): Own['userinfo'] {
  const request = typeof endpoint === 'object' ? endpoint.request : undefined
  const url = endpointUrl(endpoint)
  if (!request || !url) return endpoint
  return {
    ...(endpoint as object),
    request: (context: never) => askedByOwnCode({ url, provider }, async () => request(context)),
  } as Own['userinfo']
}

// Auth.js makes all its calls to a provider by this.
function signInFetch(provider: UpstreamProvider, server: AuthorizationServer, found: Found): typeof fetch {
  const { authjs } = provider
  const ask = typeFetch(provider, server)
  return async (input, init) => {
    const url = String(input instanceof Request ? input.url : input)
    if (url.includes('/.well-known/openid-configuration')) return metadataResponse(server)
    const response = await ask(input, init)
    if (isSameAddress(url, server.token_endpoint)) {
      const { status, body } = await readByType(provider, response)
      if (status >= 500 || status === 429) throw new UnreachableError(`${addressOf(url)} answers ${status}`)
      const { id_token: idToken, ...rest } = body ?? {}
      // Without metadata nothing says whose ID token it is, and nobody is known by it.
      if (provider.kind !== 'oidc' || idToken === undefined)
        return strictResponse({ status, body: body && rest })
      found.idToken = idToken as string
      return strictResponse({
        status,
        body: { ...rest, id_token: withoutUnaskedNonce(found.idToken, authjs.checks) },
      })
    }
    if (provider.kind !== 'oidc') return Response.json(await readUserAnswer(response, url))
    if (isSameAddress(url, server.userinfo_endpoint)) requireSuccess(url, response.status)
    return response
  }
}

// Some providers always write the claim, and strict code takes one that nobody asked for as an answer to
// somebody else's request. Auth.js trusts the token endpoint's TLS and looks at no signature.
function withoutUnaskedNonce(idToken: string, checks: readonly string[] = []): string {
  if (checks.includes('nonce')) return idToken
  const [header, , signature] = idToken.split('.')
  try {
    const { nonce, ...claims } = decodeJwt(idToken)
    if (nonce === undefined) return idToken
    return [header, Buffer.from(JSON.stringify(claims)).toString('base64url'), signature].join('.')
  } catch {
    return idToken
  }
}

// Auth.js wants an address for userinfo even where it never asks there, and takes the object as it is: what
// the metadata knows of a template issuer is no JSON.
function metadataResponse(server: AuthorizationServer): Response {
  const metadata = { ...server, userinfo_endpoint: server.userinfo_endpoint ?? server.issuer }
  return Object.defineProperty(Response.json(metadata), 'json', { value: async () => metadata })
}
