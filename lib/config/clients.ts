import { z } from 'zod'
import { tokenExchange } from '#lib/oauth/urns.ts'
import { registration } from './client-registration.ts'
import { confirmation } from './handoff.ts'

const origin = z.string().refine(isOrigin, 'give an origin, such as https://app.example.org')

// As browsers write it into `Origin` (RFC 6454, section 6.2). Of a scheme of an app's own, such as
// `capacitor`, `URL` says that the origin is opaque; web views write it with its host all the same.
function isOrigin(value: string): boolean {
  const url = URL.parse(value)
  if (!url || url.origin === value) return url !== null
  return url.origin === 'null' && url.host !== '' && value === `${url.protocol}//${url.host}`
}

const clientHandoffSchema = z.strictObject({
  mayRequest: z
    .boolean()
    .default(false)
    .meta({ description: 'Let this client ask for hand-off nonces.', examples: [true] }),
  targets: z
    .array(z.string())
    .default([])
    .meta({
      description: 'Client IDs to which this client may hand a session over, besides Baton itself.',
      examples: [['shop']],
    }),
  mayReceive: z
    .boolean()
    .default(false)
    .meta({
      description: 'Let other clients and signed-in people hand sessions over to this client.',
      examples: [true],
    }),
  confirm: confirmation.optional().meta({
    description: 'When people have to confirm a hand-off to this client. Without it, `handoff.confirm`.',
    examples: ['always'],
  }),
  chains: z
    .boolean()
    .optional()
    .meta({
      description:
        'Let hand-off sessions that came from this client hand over again. Without it, `handoff.chains`.',
      examples: [true],
    }),
  offline: z
    .boolean()
    .default(false)
    .meta({
      description:
        'Issue refresh tokens to this client in hand-off sessions as well. A device that a person has ' +
        'approved gets them anyway, and they end with its session.',
      examples: [true],
    }),
})

/** One client of the OpenID Provider: its registration, and what it may do at Baton. */
const clientSchema = z
  .strictObject({
    ...registration,
    first_party: z
      .boolean()
      .default(true)
      .meta({
        description:
          'Skip the consent page for this client, and allow it access tokens for backends (`resource`). ' +
          "Set it to `false` for other people's applications.",
        examples: [false],
      }),
    origins: z
      .array(origin)
      .default([])
      .meta({
        description:
          'Origins whose pages may call `/oidc/*`, `/api/nonce` and what is below it, `/api/token`, ' +
          '`/api/device`, `/api/auth/session` and the proxy from a browser (CORS), without cookies. ' +
          'They may have any scheme, as web views of apps do.',
        examples: [['https://app.example.org'], ['capacitor://localhost']],
      }),
    resource_servers: z
      .array(z.string())
      .default([])
      .meta({
        description: "Client IDs of the resource servers that may introspect this client's web nonces.",
        examples: [['orders-api']],
      }),
    handoff: clientHandoffSchema.prefault({}).meta({
      description: 'What this client may do in a hand-off.',
      examples: [{ mayReceive: true }, { mayRequest: true, targets: ['shop'] }],
    }),
  })
  .refine(({ handoff, initiate_login_uri }) => !handoff.mayReceive || initiate_login_uri !== undefined, {
    path: ['initiate_login_uri'],
    message: 'a client with handoff.mayReceive needs one, as a hand-off to it begins there',
  })

export type Client = z.output<typeof clientSchema>

export const clients = z
  .array(clientSchema)
  .default([])
  .meta({
    description:
      "Web applications, native apps and resource servers that use Baton's OpenID Provider at `/oidc`. " +
      'Properties have the names of OAuth client registration (RFC 7591).',
    examples: [
      [
        {
          client_id: 'shop',
          client_name: 'Example shop',
          client_secret: `$\{SHOP_CLIENT_SECRET}`,
          redirect_uris: ['https://shop.example.org/callback'],
          post_logout_redirect_uris: ['https://shop.example.org/'],
          initiate_login_uri: 'https://shop.example.org/login',
          backchannel_logout_uri: 'https://shop.example.org/backchannel-logout',
          handoff: { mayReceive: true },
        },
        {
          client_id: 'phone',
          application_type: 'native',
          token_endpoint_auth_method: 'none',
          grant_types: [tokenExchange],
          resource_servers: ['orders-api'],
          handoff: { mayRequest: true, targets: ['shop'] },
        },
        { client_id: 'orders-api', client_secret: `$\{ORDERS_API_CLIENT_SECRET}` },
      ],
    ],
  })
