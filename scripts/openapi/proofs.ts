/** Who calls, as security schemes of OpenAPI. */
export const proofs = {
  session: {
    type: 'apiKey',
    in: 'cookie',
    name: '__Host-Http-baton.session',
    description:
      "The session of a browser, in calls from pages of Baton's own origin alone: `Sec-Fetch-Site` is " +
      '`same-origin` or `none`. Over http the name is `baton.session`. A long value comes in pieces, whose ' +
      'names end in `.0`, `.1` and so on.',
  },
  webNonce: {
    type: 'http',
    scheme: 'bearer',
    description:
      'A web nonce: an opaque, revocable handle for the session of an app (RFC 6750). It outranks a cookie.',
  },
  boundWebNonce: {
    type: 'http',
    scheme: 'dpop',
    description:
      'A web nonce that is bound to a key, as `Authorization: DPoP …`, with a proof of that key in the ' +
      'header `DPoP` (RFC 9449, section 7.1).',
  },
  clientSecretBasic: {
    type: 'http',
    scheme: 'basic',
    description:
      '`client_secret_basic` (RFC 6749, section 2.3.1): client id and secret, each form-encoded, as user ' +
      "and password. At the OpenID Provider's own endpoints the form can have `client_secret`, or " +
      '`client_assertion` and `client_assertion_type` (RFC 7523, `private_key_jwt`), or a public client ' +
      'its `client_id` alone.',
  },
  accessToken: {
    type: 'http',
    scheme: 'bearer',
    description: "An access token of Baton's OpenID Provider (RFC 6750).",
  },
  boundAccessToken: {
    type: 'http',
    scheme: 'dpop',
    description: 'The same, bound to a key (RFC 9449, section 7.1).',
  },
  operatorJwt: {
    type: 'http',
    scheme: 'bearer',
    bearerFormat: 'JWT',
    description:
      'A JWT of a configured operator: `aud` is the URL of the endpoint, `exp` at most five minutes ahead, ' +
      'and `jti` is used once.',
  },
} as const

/** `clientInForm`: the client authenticates by its form, for which OpenAPI has no scheme. */
export type Proof = keyof typeof proofs | 'clientInForm' | 'nobody'

/** The session of a browser, or an app's web nonce. */
export const anySession = ['session', 'webNonce', 'boundWebNonce'] as const satisfies readonly Proof[]

/** A client, by whichever method it is registered with. */
export const anyClient = ['clientSecretBasic', 'clientInForm'] as const satisfies readonly Proof[]
