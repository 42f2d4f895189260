import { z } from 'zod'
import { allowSchema } from './allow.ts'
import { address, identifier, webPage } from './field-types.ts'
import { isSecure } from './is-secure.ts'

/** The checks that Auth.js knows, by its names. */
const checks = z.enum(['pkce', 'state', 'nonce'])

const authMethods = ['client_secret_basic', 'client_secret_post', 'private_key_jwt', 'none'] as const

const endpointsSchema = z.strictObject({
  authorization: webPage.optional().meta({
    description: 'Where a browser is sent to sign in.',
    examples: ['https://login.example.org/oauth2/authorize'],
  }),
  token: webPage.optional().meta({
    description: 'Where codes and refresh tokens are exchanged.',
    examples: ['https://login.example.org/oauth2/token'],
  }),
  userinfo: webPage.optional().meta({
    description: "Where the person's profile is asked for with the access token.",
    examples: ['https://api.example.org/me'],
  }),
  jwks: webPage.optional().meta({
    description: 'Where the keys are that sign ID tokens and logout tokens.',
    examples: ['https://login.example.org/oauth2/keys'],
  }),
  revocation: webPage.optional().meta({
    description: 'Where tokens are revoked (RFC 7009).',
    examples: ['https://login.example.org/oauth2/revoke'],
  }),
  endSession: webPage.optional().meta({
    description: 'Where a browser is sent to sign out (OpenID Connect RP-Initiated Logout).',
    examples: ['https://login.example.org/oauth2/logout'],
  }),
})

const appleSecret = z.strictObject({
  teamId: z
    .string()
    .min(1)
    .meta({ description: 'Team ID of the Apple developer account.', examples: [`$\{APPLE_TEAM_ID}`] }),
  keyId: z
    .string()
    .min(1)
    .meta({ description: 'ID of the key for Sign in with Apple.', examples: [`$\{APPLE_KEY_ID}`] }),
  privateKey: z
    .string()
    .min(1)
    .meta({
      description: 'Content of the `.p8` file of that key; line ends may be written as `\\n`.',
      examples: [`$\{APPLE_PRIVATE_KEY}`],
    }),
})

/** One entry of `providers`. */
export const providerSchema = z
  .strictObject({
    id: identifier.meta({
      description:
        'Name of this provider in URLs and in `backends[].providers`. Register ' +
        '`BATON_URL/api/auth/callback/{id}` as the redirect URI at the provider.',
      examples: ['google'],
    }),
    name: z
      .string()
      .min(1)
      .optional()
      .meta({
        description:
          "Label of the sign-in button. Without it, the type's own; for `oidc` and `oauth2`, the `id`.",
        examples: ['Google'],
      }),
    type: z
      .string()
      .regex(/^[a-z0-9-]+$/)
      .meta({
        description:
          '`oidc` for any OpenID Connect provider, `oauth2` for any OAuth 2.0 server by its `endpoints`, ' +
          'or the name of a provider that Auth.js ships: see [providers](providers.md).',
        examples: ['oidc', 'oauth2', 'github', 'keycloak'],
      }),
    issuer: address.optional().meta({
      description:
        "Issuer URL, exactly as in the provider's metadata, with a trailing slash if it has one. Required " +
        'for `oidc` and for those Auth.js types that are hosted under your own address, such as ' +
        '`keycloak`. Types that always ask one public site, such as `github`, take no other.',
      examples: ['https://login.example.org/realms/main'],
    }),
    clientId: z
      .string()
      .min(1)
      .meta({ description: "ID of Baton's client at the provider.", examples: ['baton'] }),
    clientSecret: z
      .union([z.string().min(1), appleSecret])
      .optional()
      .meta({
        description:
          "Secret of Baton's client at the provider. Leave it out for a public client, which then " +
          'authenticates by PKCE alone. For the type `apple` it may be `{teamId, keyId, privateKey}`: ' +
          'Baton makes the secret from them, anew each time.',
        examples: [`$\{GOOGLE_CLIENT_SECRET}`],
      }),
    tokenEndpointAuthMethod: z
      .enum(authMethods)
      .optional()
      .meta({
        description:
          "How Baton's client authenticates at the token endpoint. Without it: `none` without a secret, " +
          '`private_key_jwt` with a `privateKey`, the one that the type has, else the first of ' +
          '`client_secret_basic` and `client_secret_post` that the metadata offers.',
        examples: ['client_secret_post'],
      }),
    privateKey: z
      .union([z.string().min(1), z.record(z.string(), z.unknown())])
      .optional()
      .meta({
        description:
          'Private key for `private_key_jwt`: a JWK (as an object or as text), or PKCS #8 as PEM, whose ' +
          'line ends may be written as `\\n`.',
        examples: [`$\{LOGIN_PRIVATE_KEY}`],
      }),
    metadataUrl: webPage.optional().meta({
      description: "Address of the provider's metadata, where it is not below the issuer.",
      examples: ['https://login.example.org/policy/.well-known/openid-configuration'],
    }),
    endpoints: endpointsSchema.optional().meta({
      description: 'Addresses of the provider. Each goes before the one in its metadata.',
      examples: [
        {
          authorization: 'https://login.example.org/oauth2/authorize',
          token: 'https://login.example.org/oauth2/token',
          userinfo: 'https://api.example.org/me',
        },
      ],
    }),
    serverOrigin: z
      .string()
      .superRefine((value, context) => {
        const url = URL.parse(value)
        if (!url || !/^https?:$/.test(url.protocol) || value !== url.origin)
          context.addIssue('give an origin only, such as https://login.internal:8443')
      })
      .optional()
      .meta({
        description:
          "Origin in place of the issuer's for the calls that Baton itself makes, where browsers reach the " +
          'provider at another address than servers do.',
        examples: ['https://login.internal:8443'],
      }),
    plainHttp: z
      .boolean()
      .default(false)
      .meta({
        description:
          'Allows plain http for a provider that is not on a loopback address. Whoever can read or change ' +
          'that traffic can sign in as anybody: for closed networks only.',
        examples: [true],
      }),
    checks: z
      .array(checks)
      .optional()
      .meta({
        description:
          "Checks of a sign-in. Without it, the type's own; for `oidc` all three, for `oauth2` `pkce` and " +
          '`state`. `state` is always checked.',
        examples: [['pkce', 'state']],
      }),
    userinfo: z
      .enum(['auto', 'always', 'never'])
      .optional()
      .meta({
        description:
          'When the userinfo endpoint of an OpenID Connect provider is asked: `auto`, the default, where ' +
          'the ID token has no name or no e-mail address; `always`; `never`.',
        examples: ['always'],
      }),
    options: z
      .record(z.string(), z.json())
      .optional()
      .meta({
        description: 'What a type of Auth.js takes besides, under its own names.',
        examples: [
          { baseUrl: 'https://gitlab.example.org' },
          { enterprise: { baseUrl: 'https://github.example.org' } },
        ],
      }),
    signOut: z
      .strictObject({
        url: webPage.optional().meta({
          description:
            "Where a browser is sent to sign out, in place of the metadata's `end_session_endpoint`.",
          examples: ['https://login.example.org/logout'],
        }),
        parameters: z
          .record(z.string(), z.string())
          .default({})
          .meta({
            description:
              'Further parameters. They go before the standard ones; one with an empty value is left out.',
            examples: [{ logout_uri: `$\{BATON_URL}/sign-out` }],
          }),
      })
      .optional()
      .meta({
        description: 'How to sign out at a provider with a habit of its own.',
        examples: [
          {
            url: 'https://login.example.org/logout',
            parameters: { logout_uri: `$\{BATON_URL}/sign-out` },
          },
        ],
      }),
    allow: allowSchema.optional().meta({
      description:
        'Who may sign in; without it, everybody whom the provider lets in. Everything that is given must ' +
        'match: at each sign-in, at each refresh, and when Baton starts for the sessions that stand. The ' +
        'sessions of a person who is no longer allowed end.',
      examples: [{ emailDomains: ['example.org'] }, { claims: { groups: ['staff'] } }],
    }),
    scope: z
      .string()
      .min(1)
      .optional()
      .meta({
        description:
          "Scopes to request, separated by spaces. Without it, the type's own; for `oidc`, " +
          '`openid profile email`. Many providers issue a refresh token only with `offline_access`.',
        examples: ['openid profile email offline_access'],
      }),
    authorizationParams: z
      .record(z.string(), z.string())
      .default({})
      .meta({
        description:
          'Further parameters to send to the authorization endpoint. Where an application wants a person ' +
          'to sign in again, `login` is added to `prompt`.',
        examples: [{ prompt: 'consent', access_type: 'offline' }],
      }),
    subjectClaim: z
      .string()
      .min(1)
      .default('sub')
      .meta({
        description:
          'Claim that identifies a person at this provider; of a user API it may be a path, as `data.id`. ' +
          'Use `oid` for Microsoft Entra, where `sub` ' +
          'differs from client to client. Use the same claim in `trustedIssuers[]` for the same issuer.',
        examples: ['oid'],
      }),
  })
  .refine((provider) => provider.type !== 'oidc' || provider.issuer, {
    path: ['issuer'],
    message: 'a provider of type oidc needs its issuer',
  })
  .superRefine((provider, context) => {
    if (provider.plainHttp) return
    const { issuer, metadataUrl, serverOrigin, endpoints = {}, signOut } = provider
    const named = { issuer, metadataUrl, serverOrigin, 'signOut.url': signOut?.url }
    const own = Object.entries(endpoints).map(([name, url]) => [`endpoints.${name}`, url] as const)
    for (const [path, url] of [...Object.entries(named), ...own])
      if (url !== undefined && !isSecure(url))
        context.addIssue({
          code: 'custom',
          path: path.split('.'),
          message:
            'use https (plain http is for loopback addresses; `plainHttp` allows it in a closed network)',
        })
  })

/** One provider as the operator wrote it. */
export type ProviderConfig = z.output<typeof providerSchema>

export const providers = z
  .array(providerSchema)
  .default([])
  .meta({
    description: 'Where people sign in: OAuth 2.0 and OpenID Connect providers.',
    examples: [
      [
        {
          id: 'login',
          name: 'Example account',
          type: 'oidc',
          issuer: 'https://login.example.org/realms/main',
          clientId: 'baton',
          clientSecret: `$\{LOGIN_CLIENT_SECRET}`,
          scope: 'openid profile email offline_access',
        },
        { id: 'github', type: 'github', clientId: 'baton', clientSecret: `$\{GITHUB_CLIENT_SECRET}` },
      ],
    ],
  })
