import { z } from 'zod'
import { deviceCodeGrant, tokenExchange } from '#lib/oauth/urns.ts'
import { secureAddress, securePage, shownName, webPage } from './field-types.ts'

const clientAddress = z
  .string()
  .refine((value) => URL.canParse(value) && !value.includes('#'), 'give an absolute URI without a fragment')

// No real key: an operator who copied one would trust whoever has its private half.
const exampleKey = { kty: 'EC', crv: 'P-256', kid: 'shop-1', x: '…', y: '…' }

/**
 * What a client registers, by the names of OAuth 2.0 Dynamic Client Registration (RFC 7591) and its
 * extensions.
 */
export const registration = {
  client_id: z
    .string()
    .regex(/^[\x21-\x7e]{1,255}$/, 'use 1 to 255 visible ASCII characters')
    .meta({
      description:
        'ID of the client. A native app has the same ID here as at its identity provider, so that its ID ' +
        'tokens belong to it.',
      examples: ['shop'],
    }),
  client_name: shownName(100)
    .optional()
    .meta({
      description: 'Name that people see on the consent and hand-off pages. Without it, the `client_id`.',
      examples: ['Example shop'],
    }),
  client_secret: z
    .string()
    .min(16, 'use at least 16 characters; 32 random ones are a good secret')
    .optional()
    .meta({
      description:
        'Secret of the client, at least 16 characters; Baton warns below 32. Leave it out for a public ' +
        'client, such as a native app.',
      examples: [`$\{SHOP_CLIENT_SECRET}`],
    }),
  client_uri: webPage.optional().meta({
    description: 'Home page of the application, which pages link and whose host they show.',
    examples: ['https://shop.example.org/'],
  }),
  logo_uri: securePage.optional().meta({
    description:
      'Logo of the application: PNG, WebP or JPEG, at most 1024x1024 pixels and 100 kB; no SVG. Baton ' +
      'fetches it and serves it itself, so that no other server learns who looks at a page. Everybody can ' +
      'see it at Baton then, also where its own address is not public.',
    examples: ['https://shop.example.org/logo.png'],
  }),
  policy_uri: webPage.optional().meta({
    description: 'Privacy policy of the application, which the consent page links.',
    examples: ['https://shop.example.org/privacy'],
  }),
  tos_uri: webPage.optional().meta({
    description: 'Terms of service of the application, which the consent page links.',
    examples: ['https://shop.example.org/terms'],
  }),
  contacts: z
    .array(z.string())
    .optional()
    .meta({
      description: 'E-mail addresses of the people responsible for the client. Information only.',
      examples: [['shop-team@example.org']],
    }),
  application_type: z
    .enum(['web', 'native'])
    .optional()
    .meta({
      description: '`native` allows loopback and custom-scheme redirect URIs (RFC 8252). Without it, `web`.',
      examples: ['native'],
    }),
  token_endpoint_auth_method: z
    .enum(['client_secret_basic', 'client_secret_post', 'client_secret_jwt', 'private_key_jwt', 'none'])
    .optional()
    .meta({
      description:
        'How the client authenticates at the token endpoint. Without it, `client_secret_basic` for a ' +
        'client with a secret and `none` for one without.',
      examples: ['private_key_jwt'],
    }),
  jwks_uri: secureAddress.optional().meta({
    description: 'Address of the public keys of a client that uses `private_key_jwt`.',
    examples: ['https://shop.example.org/jwks.json'],
  }),
  jwks: z
    .looseObject({
      keys: z.array(z.looseObject({})).meta({
        description: 'Public keys as JSON Web Keys (RFC 7517).',
        examples: [[exampleKey]],
      }),
    })
    .optional()
    .meta({
      description: 'Public keys of a client that uses `private_key_jwt`, in place of `jwks_uri`.',
      examples: [{ keys: [exampleKey] }],
    }),
  redirect_uris: z
    .array(clientAddress)
    .default([])
    .meta({
      description:
        'Redirect URIs for the authorization code flow. A client without any signs nobody in: it is a ' +
        'resource server, or an app that only exchanges tokens.',
      examples: [['https://shop.example.org/callback']],
    }),
  post_logout_redirect_uris: z
    .array(clientAddress)
    .optional()
    .meta({
      description: 'Addresses to which people may return after signing out at `/oidc/logout`.',
      examples: [['https://shop.example.org/']],
    }),
  grant_types: z
    .array(z.enum(['authorization_code', 'refresh_token', tokenExchange, deviceCodeGrant]))
    .optional()
    .meta({
      description:
        'Grant types that the client may use. Without it, `authorization_code` and `refresh_token` for a ' +
        'client with `redirect_uris`, and token exchange for one that `trustedIssuers[].clients` names. A ' +
        'device without a browser or a keyboard, such as a television, needs the last one (RFC 8628).',
      examples: [
        ['authorization_code', 'refresh_token'],
        [tokenExchange],
        [deviceCodeGrant, 'refresh_token'],
      ],
    }),
  response_types: z
    .array(z.literal('code'))
    .optional()
    .meta({
      description: 'Response types that the client may use. Without it, `code` if it has `redirect_uris`.',
      examples: [['code']],
    }),
  scope: z
    .string()
    .optional()
    .meta({
      description: 'Scopes that the client may request, separated by spaces. Without it, all of them.',
      examples: ['openid profile email'],
    }),
  default_max_age: z
    .number()
    .int()
    .nonnegative()
    .optional()
    .meta({
      description:
        'Maximum age of a sign-in, in seconds, for requests without `max_age`. People whose sign-in is ' +
        'older sign in again.',
      examples: [3600],
    }),
  require_auth_time: z
    .boolean()
    .optional()
    .meta({ description: 'Always put `auth_time` into ID tokens.', examples: [true] }),
  id_token_signed_response_alg: z
    .enum(['RS256', 'ES256'])
    .optional()
    .meta({
      description: 'Signature algorithm of ID tokens for this client. Without it, `RS256`.',
      examples: ['ES256'],
    }),
  dpop_bound_access_tokens: z
    .boolean()
    .optional()
    .meta({
      description:
        'Issue only tokens and web nonces that are bound to a key: the client has to send a DPoP proof to ' +
        '`/oidc/token` (RFC 9449).',
      examples: [true],
    }),
  initiate_login_uri: securePage.optional().meta({
    description:
      'Address where a hand-off to this client begins: it gets `iss`, `nonce` and `target_link_uri` ' +
      "(OpenID Connect Core, section 4), beside a query of its own. Baton's home page opens it without a " +
      '`nonce`, for an ordinary sign-in. Required for `handoff.mayReceive`.',
    examples: ['https://shop.example.org/login'],
  }),
  backchannel_logout_uri: securePage.optional().meta({
    description:
      'Address to which Baton posts a logout token when a session ends (OpenID Connect Back-Channel ' +
      'Logout). It may have a query.',
    examples: [
      'https://shop.example.org/backchannel-logout',
      'https://shop.example.org/cb?logout=backchannel',
    ],
  }),
  backchannel_logout_session_required: z
    .boolean()
    .optional()
    .meta({ description: 'Put `sid` into logout tokens.', examples: [true] }),
}
