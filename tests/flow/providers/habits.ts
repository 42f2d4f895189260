import { exportJWK, exportPKCS8, generateKeyPair } from 'jose'
import { standardHabits } from '../../support/servers/fake-provider/habits.ts'
import type { FakeProvider } from '../../support/servers/fake-provider.ts'
import type { Habit } from './habit.ts'

const key = await generateKeyPair('ES256', { extractable: true })
const asPem = await exportPKCS8(key.privateKey)
const asJwk = { ...(await exportJWK(key.privateKey)), kid: 'of-baton', alg: 'ES256' }
const clientKey = { key: key.publicKey, kid: 'of-baton' }

const lean = { idTokenClaims: {} }
const told = { members: { name: 'Some Body', email: 'somebody@example.org', email_verified: true } }
const plain = { kind: 'oauth2', metadataPath: '', ...lean } as const

/** Where a server without metadata has its endpoints, in the configuration. */
const asOAuth2 = ({ url }: FakeProvider) => ({
  type: 'oauth2',
  issuer: undefined,
  endpoints: {
    authorization: `${url}/authorize`,
    token: `${url}/token`,
    userinfo: `${url}/userinfo`,
    revocation: `${url}/revoke`,
  },
})

/** Habits of providers that a server can be configured for by its addresses. */
export const habits: readonly Habit[] = [
  { id: 'standard', name: 'all as the standards have it', request: { scope: 'openid profile email' } },
  {
    id: 'keycloak',
    name: 'a path in the issuer, as Keycloak has it',
    habits: {
      issuerPath: '/realms/main',
      metadataPath: '/realms/main/.well-known/openid-configuration',
    },
    entry: { type: 'keycloak' },
  },
  { id: 'slash', name: 'a slash at the end of the issuer, as Auth0 has it', habits: { issuerPath: '/' } },
  {
    id: 'bare',
    name: 'neither end_session_endpoint nor revocation_endpoint',
    habits: { metadata: { end_session_endpoint: undefined, revocation_endpoint: undefined } },
    keepsTokens: true,
  },
  {
    id: 'no-userinfo',
    name: 'no userinfo_endpoint, as user flows of Azure AD B2C have none',
    habits: { metadata: { userinfo_endpoint: undefined } },
  },
  {
    id: 'elsewhere',
    name: 'metadata that is not below the issuer',
    habits: {
      issuerPath: '/0f5dd1a0/v2.0/',
      metadataPath: '/tenant/policy/v2.0/.well-known/openid-configuration',
    },
    entry: ({ url }) => ({ metadataUrl: `${url}/tenant/policy/v2.0/.well-known/openid-configuration` }),
  },
  {
    id: 'endpoints',
    name: 'metadata with an endpoint that nobody reaches, and the right one in the configuration',
    habits: { metadata: { token_endpoint: 'http://127.0.0.1:9/token' } },
    entry: ({ url }) => ({ endpoints: { token: `${url}/token` } }),
  },
  {
    id: 'lean',
    name: 'name and e-mail address at userinfo alone, which takes its time',
    habits: { ...lean, userinfo: { ...told, delay: 300 } },
  },
  {
    id: 'always',
    name: 'a picture at userinfo alone, which the operator wants asked always',
    habits: { userinfo: { members: { picture: 'https://login.example.org/somebody.png' } } },
    entry: { userinfo: 'always' },
    person: { image: 'https://login.example.org/somebody.png' },
  },
  {
    id: 'never',
    name: 'names at userinfo, which the operator does not want asked',
    habits: { ...lean, userinfo: told },
    entry: { userinfo: 'never' },
    person: { name: null, email: null },
    notAsked: ['userinfo'],
  },
  { id: 'es256', name: 'ID tokens signed by ES256', habits: { signingAlgorithm: 'ES256' } },
  { id: 'names-issuer', name: 'its issuer in each authorization response', habits: { namesIssuer: true } },
  { id: 'ahead', name: 'a clock that is eight seconds ahead', habits: { clockAhead: 8 } },

  {
    id: 'post',
    name: 'client_secret_post alone, and metadata that says so',
    habits: { clientAuthentication: 'client_secret_post' },
  },
  {
    id: 'post-untold',
    name: 'client_secret_post alone, and metadata that does not say so',
    habits: {
      clientAuthentication: 'client_secret_post',
      metadata: { token_endpoint_auth_methods_supported: undefined },
    },
    entry: { tokenEndpointAuthMethod: 'client_secret_post' },
  },
  {
    id: 'basic-untold',
    name: 'client_secret_basic alone, and metadata that does not say so',
    habits: { metadata: { token_endpoint_auth_methods_supported: undefined } },
  },
  {
    id: 'private-key',
    name: 'private_key_jwt alone, and a key as JWK',
    habits: { clientAuthentication: 'private_key_jwt', clientKey },
    entry: {
      clientSecret: undefined,
      tokenEndpointAuthMethod: 'private_key_jwt',
      privateKey: asJwk,
    },
  },
  {
    id: 'private-key-pem',
    name: 'private_key_jwt alone, and a key as PEM',
    habits: { clientAuthentication: 'private_key_jwt', clientKey },
    entry: { clientSecret: undefined, privateKey: asPem },
  },
  {
    id: 'public',
    name: 'a client without a secret, and PKCE required',
    habits: { clientAuthentication: 'none', pkce: 'required' },
    entry: { clientSecret: undefined },
  },
  {
    id: 'pkce-refused',
    name: 'PKCE refused',
    habits: { pkce: 'refused' },
    entry: { checks: ['state', 'nonce'] },
    request: { code_challenge: undefined },
  },
  {
    id: 'no-nonce',
    name: 'ID tokens without a nonce',
    habits: { nonce: 'missing' },
    entry: { checks: ['pkce'] },
    request: { nonce: undefined },
  },
  {
    id: 'empty-nonce',
    name: 'ID tokens with an empty nonce',
    habits: { nonce: 'empty' },
    entry: { checks: ['pkce', 'state'] },
    request: { nonce: undefined },
  },

  {
    id: 'unasked-nonce',
    name: 'a nonce that nobody asked for',
    habits: { idTokenClaims: { ...standardHabits.idTokenClaims, nonce: 'always the same' } },
    entry: { checks: ['pkce'] },
    request: { nonce: undefined },
  },
  {
    id: 'odd-metadata',
    name: 'metadata that name what is not there',
    habits: {
      metadata: { userinfo_endpoint: null, revocation_endpoint: '', end_session_endpoint: '/logout' },
    },
    keepsTokens: true,
  },
  {
    id: 'empty-claims',
    name: 'name and address empty in ID tokens, and told at userinfo',
    habits: { idTokenClaims: { name: null, email: '' }, userinfo: told },
  },
  { id: 'lasting', name: 'one refresh token for good', habits: { refreshTokens: 'lasting' } },
  {
    id: 'unrefreshed',
    name: 'access tokens that last, and no refresh token',
    habits: { refreshTokens: 'none', atCode: { members: { expires_in: undefined } } },
    isLasting: true,
    keepsTokens: true,
  },
  { id: 'no-new-id-token', name: 'no ID token at a refresh', habits: { refreshesIdToken: false } },

  {
    id: 'oauth2',
    name: 'plain OAuth 2.0, by its endpoints',
    habits: { ...plain, userinfo: told },
    entry: (provider) => ({ ...asOAuth2(provider), scope: 'profile' }),
    person: ({ url }) => ({ issuer: url }),
    request: { scope: 'profile', nonce: undefined },
    notAsked: ['metadata'],
  },
  {
    id: 'oauth2-number',
    name: 'plain OAuth 2.0, and a number for a subject',
    habits: { ...plain, userinfo: { members: { ...told.members, sub: undefined, id: 77 } } },
    entry: (provider) => ({ ...asOAuth2(provider), subjectClaim: 'id' }),
    person: ({ url }) => ({ issuer: url, subject: '77' }),
  },
  {
    id: 'oauth2-nested',
    name: 'plain OAuth 2.0, and a subject inside an object',
    habits: { ...plain, userinfo: { members: { ...told.members, sub: undefined, data: { id: 'u-7' } } } },
    entry: (provider) => ({ ...asOAuth2(provider), subjectClaim: 'data.id' }),
    person: ({ url }) => ({ issuer: url, subject: 'u-7' }),
  },
  {
    id: 'split',
    name: 'one address for browsers and another for servers',
    origin: 'https://login.example.org',
    habits: { issuerPath: '/realms/main', metadataPath: '/realms/main/.well-known/openid-configuration' },
    entry: ({ url }) => ({ serverOrigin: url }),
    isHidden: true,
  },
  {
    id: 'own-sign-out',
    name: 'a sign-out of its own, as Cognito has it',
    habits: {
      metadata: { end_session_endpoint: undefined },
      endpoints: { ...standardHabits.endpoints, endSession: '/logout' },
    },
    entry: ({ endSessionUrl }) => ({
      signOut: {
        url: endSessionUrl,
        parameters: { logout_uri: 'https://app.example.org/bye', client_id: 'baton' },
      },
    }),
  },
  {
    id: 'plain-http',
    name: 'plain http in a private network',
    origin: 'http://login.internal',
    entry: { plainHttp: true },
  },
]
