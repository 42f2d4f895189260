import { z } from 'zod'
import { address, identifier, milliseconds } from './field-types.ts'

const credentials = ['authorization', 'cookie']
const hopByHop = ['connection', 'keep-alive', 'proxy-.*', 'te', 'trailer', 'transfer-encoding', 'upgrade']
const setByBaton = ['host', 'expect', 'forwarded', 'x-forwarded-.*']
const neverSentOn = new RegExp(`^(${[...credentials, ...hopByHop, ...setByBaton].join('|')})$`, 'i')

const ofTheOrigin = [
  'set-cookie2?',
  'clear-site-data',
  'service-worker-allowed',
  'alt-svc',
  'access-control-.*',
]
const setOnAnswers = ['strict-transport-security', 'content-security-policy.*', 'x-content-type-options']
const neverSentBack = new RegExp(
  `^(${[...hopByHop, ...ofTheOrigin, ...setOnAnswers, 'cache-control', 'vary', 'x-request-id'].join('|')})$`,
  'i',
)

const tokenKind = z.enum(['provider', 'baton'])

const headerName = z
  .string()
  .regex(/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/, 'is not a header name')
  .transform((name) => name.toLowerCase())

const backendSchema = z.strictObject({
  name: identifier.meta({
    description: 'Name of the backend in the URL of the proxy: `/api/backends/{name}/…`.',
    examples: ['orders'],
  }),
  url: address.meta({
    description: 'Base URL of the backend. The path of each call is appended to it.',
    examples: ['https://orders.example.org/v1'],
  }),
  token: z
    .union([tokenKind, z.array(tokenKind).min(1)])
    .transform((value) => (Array.isArray(value) ? value : [value]))
    .meta({
      description:
        "Bearer token that calls carry: `provider`, the identity provider's access token, or `baton`, a " +
        'JWT of five minutes that Baton issues for `audience`. With a list, the first one that the session ' +
        'can have.',
      examples: ['provider', ['provider', 'baton']],
    }),
  providers: z
    .array(identifier)
    .default([])
    .meta({
      description:
        'IDs of the providers whose access tokens may be sent to this backend. Required when `token` has ' +
        '`provider`.',
      examples: [['login']],
    }),
  audience: z
    .url()
    .refine((value) => !value.includes('#'), 'leave out the fragment')
    .optional()
    .meta({
      description:
        "`aud` of Baton's own tokens for this backend, an absolute URI (RFC 8707). Required when `token` " +
        'has `baton`.',
      examples: ['https://orders.example.org'],
    }),
  methods: z
    .array(z.string().regex(/^[A-Z]+$/))
    .min(1)
    .refine(
      (methods) => !methods.includes('TRACE') && !methods.includes('CONNECT'),
      'TRACE and CONNECT are never allowed',
    )
    .default(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])
    .meta({
      description: 'HTTP methods that callers may use. `TRACE` and `CONNECT` are never allowed.',
      examples: [['GET', 'HEAD']],
    }),
  requestHeaders: z
    .array(headerName.refine((name) => !neverSentOn.test(name), 'this header is never sent on'))
    .default([])
    .meta({
      description:
        'Further request headers to send to the backend, besides the usual ones such as `accept` and ' +
        '`content-*`. Credentials, cookies, `host` and forwarding headers are never sent on.',
      examples: [['x-tenant']],
    }),
  timeoutMs: milliseconds.default(30_000).meta({
    description: 'Maximum wait for the response headers, in milliseconds from the end of the request.',
    examples: [10_000],
  }),
  idleTimeoutMs: milliseconds.default(60_000).meta({
    description:
      'Maximum pause within a request or response body, in milliseconds. Event streams and WebSockets have ' +
      'none.',
    examples: [120_000],
  }),
  maxBodyBytes: z
    .number()
    .int()
    .nonnegative()
    .default(1024 ** 3)
    .meta({
      description: 'Maximum size of a request body, in bytes (default 1 GiB).',
      examples: [10_485_760],
    }),
  navigable: z
    .boolean()
    .default(false)
    .meta({
      description:
        'Allow browsers to open responses of this backend as pages, for example downloads behind a link.',
      examples: [true],
    }),
  rewriteLinks: z
    .boolean()
    .default(true)
    .meta({
      description:
        'Have redirects and links of this backend lead to the same place below `/api/backends/{name}`. ' +
        "Those to Baton's own origin elsewhere are never sent back.",
      examples: [false],
    }),
  responseHeaders: z
    .array(headerName.refine((name) => !neverSentBack.test(name), 'this header is never sent back'))
    .default([])
    .meta({
      description:
        'Further response headers to send back to the caller, besides the usual ones such as `etag` and ' +
        '`content-*`.',
      examples: [['authentication-info']],
    }),
})

export type Backend = z.output<typeof backendSchema>

export const backends = z
  .array(backendSchema)
  .default([])
  .meta({
    description: 'APIs that Baton calls for signed-in people and apps, with a bearer token.',
    examples: [
      [
        {
          name: 'orders',
          url: 'https://orders.example.org/v1',
          token: ['provider', 'baton'],
          providers: ['login'],
          audience: 'https://orders.example.org',
          requestHeaders: ['x-tenant'],
        },
      ],
    ],
  })
