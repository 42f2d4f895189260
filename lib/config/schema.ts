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

export const backendSchema = z.strictObject({
  name: identifier,
  url: address,
  token: z
    .union([z.literal('provider'), z.tuple([z.literal('provider')])])
    .transform((value) => (Array.isArray(value) ? value : [value]))
    .describe('Which token calls carry; a list is tried in order'),
  providers: z
    .array(identifier)
    .min(1)
    .describe('The providers whose access tokens may be sent to this backend'),
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
  handoff: handoffSchema.prefault({}),
  trustedProxies: z.array(cidr).default([]),
})

export type FileConfig = z.output<typeof fileSchema>
export type ProviderConfig = FileConfig['providers'][number]
export type TrustedIssuer = FileConfig['trustedIssuers'][number]
export type Backend = FileConfig['backends'][number]
export type HandoffConfig = FileConfig['handoff']
