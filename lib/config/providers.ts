import { z } from 'zod'
import { identifier, secureAddress } from './field-types.ts'

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
      .meta({ description: 'Label of the sign-in button. Without it, the `id`.', examples: ['Google'] }),
    type: z
      .string()
      .regex(/^[a-z0-9-]+$/)
      .meta({
        description:
          '`oidc` for any OpenID Connect provider, or the name of a provider that Auth.js ships ' +
          '(https://authjs.dev/getting-started).',
        examples: ['oidc', 'github', 'keycloak'],
      }),
    issuer: secureAddress.optional().meta({
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
      .string()
      .min(1)
      .optional()
      .meta({
        description:
          "Secret of Baton's client at the provider. Leave it out for a public client, which then " +
          'authenticates by PKCE alone.',
        examples: [`$\{GOOGLE_CLIENT_SECRET}`],
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
          'Claim that identifies a person at this provider. Use `oid` for Microsoft Entra, where `sub` ' +
          'differs from client to client. Use the same claim in `trustedIssuers[]` for the same issuer.',
        examples: ['oid'],
      }),
  })
  .refine((provider) => provider.type !== 'oidc' || provider.issuer, {
    path: ['issuer'],
    message: 'a provider of type oidc needs its issuer',
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
