import { BlockList, isIP } from 'node:net'
import { z } from 'zod'

const identifier = z
  .string()
  .regex(/^[a-z0-9][a-z0-9_-]{0,63}$/, 'use 1 to 64 of a-z, 0-9, - and _, beginning with a letter or digit')

const seconds = z.number().int().positive()
const milliseconds = z.number().int().positive()

const address = z.string().superRefine((value, context) => {
  const url = URL.parse(value)
  if (!url || !/^https?:$/.test(url.protocol)) return context.addIssue('give an absolute http(s) URL')
  if (url.username || url.password || url.search || url.hash)
    context.addIssue('leave out user, query and fragment')
})

const secureAddress = address.refine(
  (value) => isSecure(value),
  'use https (plain http is for a loopback address alone)',
)

/** Whether a URL is protected on its way: by TLS, or because it never leaves the machine. */
export function isSecure(value: string): boolean {
  const url = URL.parse(value)
  return url?.protocol === 'https:' || (url?.protocol === 'http:' && isLoopback(url.hostname))
}

function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(hostname)
}

export const providerSchema = z
  .strictObject({
    id: identifier,
    name: z.string().min(1).optional().describe('What the sign-in button says'),
    type: z
      .string()
      .regex(/^[a-z0-9-]+$/)
      .describe('`oidc`, or the name of an Auth.js provider, such as `github`'),
    issuer: secureAddress.optional(),
    clientId: z.string().min(1),
    clientSecret: z.string().min(1).optional(),
    scope: z.string().min(1).optional(),
    authorizationParams: z.record(z.string(), z.string()).default({}),
    subjectClaim: z.string().min(1).default('sub'),
  })
  .refine((provider) => provider.type !== 'oidc' || provider.issuer, {
    path: ['issuer'],
    message: 'a provider of type oidc needs its issuer',
  })

/** Signature algorithms an ID token may have; `none` and HMAC are not among them and cannot be put there. */
const idTokenAlgorithms = [
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
  'EdDSA',
  'Ed25519',
] as const

export const trustedIssuerSchema = z.strictObject({
  issuer: secureAddress,
  clients: z.array(z.string().min(1)).min(1),
  algorithms: z
    .array(z.enum(idTokenAlgorithms))
    .min(1)
    .default(['RS256', 'ES256', 'PS256', 'EdDSA', 'Ed25519']),
  maxTokenAge: seconds.default(3600).describe('Seconds since `iat`'),
  acceptWithoutNonceAudience: z
    .array(z.string())
    .default([])
    .describe('Clients whose ID tokens need not name the nonce endpoint in `aud`'),
  subjectClaim: z.string().min(1).default('sub'),
})

const neverSentOn =
  /^(authorization|cookie|host|connection|keep-alive|proxy-.*|te|trailer|transfer-encoding|upgrade|expect|forwarded|x-forwarded-.*)$/i

const tokenKind = z.enum(['provider', 'baton'])

export const backendSchema = z.strictObject({
  name: identifier,
  url: address,
  token: z
    .union([tokenKind, z.array(tokenKind).min(1)])
    .transform((value) => (Array.isArray(value) ? value : [value]))
    .describe("Which token calls carry, a provider's or one of Baton's own; a list is tried in order"),
  providers: z
    .array(identifier)
    .default([])
    .describe('The providers whose access tokens may be sent to this backend'),
  audience: z
    .url()
    .refine((value) => !value.includes('#'), 'leave out the fragment')
    .optional()
    .describe("The `aud` of Baton's own tokens for it, an absolute URI (RFC 8707)"),
  methods: z
    .array(z.string().regex(/^[A-Z]+$/))
    .min(1)
    .refine(
      (methods) => !methods.includes('TRACE') && !methods.includes('CONNECT'),
      'TRACE and CONNECT are never allowed',
    )
    .default(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']),
  requestHeaders: z
    .array(
      z
        .string()
        .regex(/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/, 'is not a header name')
        .refine((name) => !neverSentOn.test(name), 'this header is never sent on')
        .transform((name) => name.toLowerCase()),
    )
    .default([])
    .describe('More request headers to send on'),
  timeoutMs: milliseconds.default(30_000).describe('Until the response headers'),
  idleTimeoutMs: milliseconds.default(60_000),
  maxBodyBytes: z
    .number()
    .int()
    .nonnegative()
    .default(1024 ** 3),
  navigable: z.boolean().default(false).describe('Whether a browser may open its answers as pages'),
})

export const handoffSchema = z.strictObject({
  nonceTtl: seconds.max(120).default(30).describe('Seconds until the page is first opened'),
  confirm: z
    .enum(['unbound', 'switching', 'always', 'never'])
    .default('unbound')
    .describe('When a person is asked before a nonce signs them in'),
  binding: z
    .enum(['none', 'verifier'])
    .default('none')
    .describe('`verifier`: every nonce must come with a code_challenge'),
  acrAliases: z
    .array(z.string().min(1))
    .default([])
    .describe('Other `acr_values` that ask for the nonce authenticator'),
})

export const webNonceSchema = z.strictObject({
  // A process remembers for a minute that a web nonce is good, and its use is written down with that lag.
  idleTime: seconds.min(120).default(1800).describe('Seconds that a web nonce is good without being used'),
  lifetime: seconds.default(12 * 3600).describe('Seconds that it is good however much it is used'),
})

export const tokenServiceSchema = z.strictObject({
  url: secureAddress,
  clientId: z.string().min(1),
  clientSecret: z.string().min(1),
})

const clientAddress = z
  .string()
  .refine((value) => URL.canParse(value) && !value.includes('#'), 'give an absolute URI without a fragment')

/** The grant type of RFC 8693. */
export const tokenExchange = 'urn:ietf:params:oauth:grant-type:token-exchange'

/** A client of the OpenID Provider, in the names of OAuth 2.0 Dynamic Client Registration (RFC 7591), and Baton's own. */
export const clientSchema = z.strictObject({
  client_id: z.string().regex(/^[\x21-\x7e]{1,255}$/, 'use 1 to 255 visible ASCII characters'),
  client_name: z.string().min(1).optional(),
  client_secret: z.string().min(1).optional(),
  client_uri: clientAddress.optional(),
  logo_uri: clientAddress.optional(),
  policy_uri: clientAddress.optional(),
  tos_uri: clientAddress.optional(),
  contacts: z.array(z.string()).optional(),
  application_type: z.enum(['web', 'native']).optional(),
  token_endpoint_auth_method: z
    .enum(['client_secret_basic', 'client_secret_post', 'client_secret_jwt', 'private_key_jwt', 'none'])
    .optional(),
  jwks_uri: secureAddress.optional(),
  jwks: z.looseObject({ keys: z.array(z.looseObject({})) }).optional(),
  redirect_uris: z.array(clientAddress).default([]),
  post_logout_redirect_uris: z.array(clientAddress).optional(),
  grant_types: z.array(z.enum(['authorization_code', 'refresh_token', tokenExchange])).optional(),
  response_types: z.array(z.literal('code')).optional(),
  scope: z.string().optional(),
  default_max_age: z.number().int().nonnegative().optional(),
  require_auth_time: z.boolean().optional(),
  id_token_signed_response_alg: z.enum(['RS256', 'ES256']).optional(),
  initiate_login_uri: secureAddress.optional(),
  backchannel_logout_uri: secureAddress.optional(),
  backchannel_logout_session_required: z.boolean().optional(),
  first_party: z.boolean().default(true).describe('Nobody is asked whether it may know who they are'),
  origins: z
    .array(
      z
        .string()
        .refine(
          (value) => URL.parse(value)?.origin === value,
          'give an origin, such as https://app.example.org',
        ),
    )
    .default([])
    .describe('Whose pages may call from a browser, without cookies'),
  resource_servers: z.array(z.string()).default([]).describe('Clients that may ask about its web nonces'),
  handoff: z
    .strictObject({
      mayRequest: z.boolean().default(false),
      targets: z.array(z.string()).default([]),
      mayReceive: z.boolean().default(false),
      confirm: z.enum(['unbound', 'switching', 'always', 'never']).optional(),
    })
    .prefault({}),
})

const cidr = z.string().refine((value) => parseCidr(value) !== undefined, 'give an address or a CIDR range')

/** Adds one CIDR range or single address to a list of networks. */
export function parseCidr(value: string, list = new BlockList()): BlockList | undefined {
  const [network = '', prefix, ...more] = value.split('/')
  if (more.length > 0) return undefined
  const family = isIP(network)
  if (family === 0) return undefined
  const type = family === 4 ? 'ipv4' : 'ipv6'
  if (prefix === undefined) {
    list.addAddress(network, type)
    return list
  }
  if (!/^\d{1,3}$/.test(prefix) || Number(prefix) > (family === 4 ? 32 : 128)) return undefined
  list.addSubnet(network, Number(prefix), type)
  return list
}

/** The configuration file; what its sections must be to each other is in `cross-faults.ts`. */
export const fileSchema = z.strictObject({
  $schema: z.string().optional(),
  providers: z.array(providerSchema).default([]),
  trustedIssuers: z.array(trustedIssuerSchema).default([]),
  backends: z.array(backendSchema).default([]),
  clients: z.array(clientSchema).default([]),
  handoff: handoffSchema.prefault({}),
  webNonces: webNonceSchema.prefault({}),
  tokenService: tokenServiceSchema
    .optional()
    .describe('Where `POST /api/token` exchanges web nonces for tokens'),
  trustedProxies: z.array(cidr).default([]),
})

export type FileConfig = z.output<typeof fileSchema>
export type ProviderConfig = FileConfig['providers'][number]
export type TrustedIssuer = FileConfig['trustedIssuers'][number]
export type Backend = FileConfig['backends'][number]
export type Client = FileConfig['clients'][number]
export type TokenService = z.output<typeof tokenServiceSchema>
export type HandoffConfig = FileConfig['handoff']
