import { z } from 'zod'
import type { Reference } from './open-api.ts'

type Header = {
  /** The name on the wire. */
  name: string
  description: string
  schema: z.ZodType
  /** Whether each answer that lists it has it. */
  isAlways: boolean
}

const always = (name: string, description: string, schema: z.ZodType = z.string()): Header => ({
  name,
  description,
  schema,
  isAlways: true,
})
const sometimes = (name: string, description: string, schema: z.ZodType = z.string()): Header => ({
  name,
  description,
  schema,
  isAlways: false,
})

/** Headers of answers. */
export const headers = {
  requestId: always('X-Request-Id', 'The id of the request, which each log line of it has.'),
  noStore: always('Cache-Control', 'No cache keeps the answer.', z.enum(['no-store', 'private, no-store'])),
  noStoreIfAny: sometimes('Cache-Control', 'No cache keeps the answer.', z.literal('no-store')),
  mayCache: sometimes('Cache-Control', 'Whether, and for how long, the answer may be kept.'),
  neverKept: always(
    'Cache-Control',
    'No cache keeps the answer.',
    z.enum(['no-store', 'private, no-store', 'private, no-cache, no-store']),
  ),
  expired: sometimes('Expires', 'The same for old caches.', z.literal('0')),
  pragma: sometimes('Pragma', 'The same for old caches.', z.literal('no-cache')),
  briefly: always(
    'Cache-Control',
    'An active session may be kept for five seconds, by the resource server alone.',
    z.enum(['private, max-age=5', 'no-store']),
  ),
  longLived: sometimes('Cache-Control', 'The name of a file changes with its content.'),
  pictureCache: always(
    'Cache-Control',
    'For how long it may be kept.',
    z.enum(['public, max-age=31536000, immutable', 'public, max-age=300']),
  ),
  challenge: always('WWW-Authenticate', 'How to authenticate (RFC 9110, section 11.6.1).'),
  challengeIfAny: sometimes('WWW-Authenticate', 'The same where the token is at fault.'),
  retryAfter: always('Retry-After', 'Seconds after which it may go better.', z.string().regex(/^[0-9]+$/)),
  allow: always('Allow', 'The methods of this address.'),
  location: always('Location', 'Where to go on.'),
  cookies: sometimes('Set-Cookie', "Cookies of Baton's, all HttpOnly."),
  dpopNonce: sometimes(
    'DPoP-Nonce',
    'The nonce of the next DPoP proof, where the call has one (RFC 9449, section 8.2).',
  ),
  allowOrigin: sometimes(
    'Access-Control-Allow-Origin',
    "The origin of a configured client's page that may read the answer, or `*` for who is no page.",
  ),
  exposeHeaders: sometimes('Access-Control-Expose-Headers', 'The headers that such a page may read.'),
  allowMethods: sometimes('Access-Control-Allow-Methods', 'The methods of this address.'),
  allowHeaders: sometimes('Access-Control-Allow-Headers', 'The headers that such a page may send.'),
  maxAge: sometimes('Access-Control-Max-Age', 'Seconds for which the answer to the preflight stands.'),
  noSniff: sometimes('X-Content-Type-Options', 'Always `nosniff`.', z.literal('nosniff')),
  policy: sometimes('Content-Security-Policy', 'What the page may load, and where its forms may lead.'),
  noBuffering: sometimes('X-Accel-Buffering', 'A server in front must not hold events back.'),
  range: sometimes('Content-Range', 'Which part it is, or how long the whole.'),
  refresh: sometimes('Refresh', 'Where a page that leads on goes.'),
} as const satisfies Record<string, Header>

export type HeaderName = keyof typeof headers

/** Those by which pages of configured clients read an answer, and apps make their next proof. */
export const ofApps: readonly HeaderName[] = ['allowOrigin', 'exposeHeaders', 'dpopNonce']

/** References to headers by their names on the wire; of two for one name, the first. */
export function references(names: readonly HeaderName[]): Record<string, Reference> {
  const own: Record<string, Reference> = {}
  for (const name of ['requestId' as const, ...names])
    own[headers[name].name] ??= { $ref: `#/components/headers/${name}` }
  return own
}
