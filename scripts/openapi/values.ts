import { z } from 'zod'

// Values that more than one group has on the wire.

export const nonce = z
  .string()
  .regex(/^[A-Za-z0-9_-]{43}$/)
  .meta({ id: 'Nonce', description: 'A hand-off nonce: 43 characters of base64url.' })

export const sid = z.uuid().meta({ description: 'The id of a session.' })

export const time = z.iso.datetime()

/** Seconds since the epoch. RFC 7519, section 2. */
export const numericDate = z.int().positive()

export const yesOrNo = z.enum(['yes', 'no'])

const network = z.boolean().meta({ description: 'Whether both sides are in the same /24, or /64 of IPv6.' })

/** Where somebody is, as far as it is known. */
export const device = {
  browser: z.string().nullable(),
  system: z.string().nullable(),
  address: z.string().nullable(),
  same_network: network,
}

export const userCode = z
  .string()
  .regex(/^[B-DF-HJ-NP-TV-XZ]{4}-[B-DF-HJ-NP-TV-XZ]{4}$/)
  .meta({ id: 'UserCode', description: 'Eight letters (RFC 8628, section 6.1).', examples: ['BCDF-GHJK'] })

/** The path to go on to after a sign-in. */
export const callbackUrl = z.string().optional().meta({ description: "A path of Baton's. Default: `/`." })

/** The token that forms of Auth.js need. */
export const csrfToken = z.string().meta({ description: 'From `/api/auth/csrf`.' })
