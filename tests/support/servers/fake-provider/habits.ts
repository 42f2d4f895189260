import type { CryptoKey } from 'jose'

/** Members of a JSON object beside or in place of the usual ones; `undefined` leaves one out. */
type Members = Record<string, unknown>

/** What an endpoint answers otherwise than the standard says. */
export type Answer = {
  status?: number
  /** `null` sends no content type. */
  contentType?: string | null
  headers?: Record<string, string>
  members?: Members
  /** In place of the JSON. */
  body?: string
  /** Milliseconds before the answer. */
  delay?: number
  /** Closes the connection instead. */
  breaks?: boolean
}

export const endpointNames = [
  'authorization',
  'token',
  'userinfo',
  'jwks',
  'revocation',
  'endSession',
] as const
export type EndpointName = (typeof endpointNames)[number]

/** How a fake provider behaves; all of it can be changed while it runs. */
export type Habits = {
  /** Whether it issues ID tokens. */
  kind: 'oidc' | 'oauth2'
  clientId: string
  clientSecret: string
  /** How the client is registered; every other way of authentication is refused. */
  clientAuthentication: 'client_secret_basic' | 'client_secret_post' | 'private_key_jwt' | 'none'
  /** The client's public key: for `private_key_jwt`, and for a secret that is a JWT, as Apple's is. */
  clientKey: { key: CryptoKey; kid: string; teamId?: string } | undefined
  /** What its redirect URIs begin with. */
  redirectUris: string

  /** Path of the issuer; the metadata need not be below it. */
  issuerPath: string
  metadataPath: string
  metadata: Members
  /**
   * The tenant of the person, as Entra has it: the metadata of `common` has a template for an issuer, and the
   * tenant itself issues the ID tokens.
   */
  tenant: string | undefined
  /** Paths, or whole URLs where another host of the provider has the endpoint. */
  endpoints: Record<EndpointName, string>
  /** Further documents by path. */
  documents: Record<string, Answer>

  /** `refused`: a request with a `code_challenge` is an error. */
  pkce: 'optional' | 'required' | 'refused'
  /** Whether authorization responses name their issuer (RFC 9207). */
  namesIssuer: boolean
  /** What authorization requests end with. */
  authorizationError: { error: string; error_description?: string } | undefined
  /** Insists on `response_mode=form_post`, and sends this `user` the first time only, as Apple does. */
  formPost: { user: object } | undefined

  subject: unknown
  idTokenClaims: Members
  /** The OpenID Connect `nonce` in ID tokens. */
  nonce: 'repeated' | 'missing' | 'empty'
  signingAlgorithm: 'RS256' | 'ES256'
  /** Seconds by which its clock is ahead. */
  clockAhead: number
  userinfo: Answer

  /** The token endpoint's answers to a code and to a refresh token. */
  atCode: Answer
  atRefresh: Answer
  /** `rotating`: each works once, and a second use ends its grant. */
  refreshTokens: 'rotating' | 'lasting' | 'none'
  /** Whether a refresh gives an ID token. */
  refreshesIdToken: boolean
}

/** An OpenID Provider as the standards have it. */
export const standardHabits: Habits = {
  kind: 'oidc',
  clientId: 'baton',
  clientSecret: 'secret of baton',
  clientAuthentication: 'client_secret_basic',
  clientKey: undefined,
  redirectUris: '',
  issuerPath: '',
  metadataPath: '/.well-known/openid-configuration',
  metadata: {},
  tenant: undefined,
  endpoints: {
    authorization: '/authorize',
    token: '/token',
    userinfo: '/userinfo',
    jwks: '/jwks',
    revocation: '/revoke',
    endSession: '/end-session',
  },
  documents: {},
  pkce: 'optional',
  namesIssuer: false,
  authorizationError: undefined,
  formPost: undefined,
  subject: 'somebody',
  idTokenClaims: { name: 'Some Body', email: 'somebody@example.org', email_verified: true },
  nonce: 'repeated',
  signingAlgorithm: 'RS256',
  clockAhead: 0,
  userinfo: {},
  atCode: {},
  atRefresh: {},
  refreshTokens: 'rotating',
  refreshesIdToken: true,
}
