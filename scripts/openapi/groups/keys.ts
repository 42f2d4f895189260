import { z } from 'zod'
import type { Address } from '../description.ts'
import { ofApps } from '../headers.ts'

const keys = z
  .object({
    keys: z.array(
      z.object({
        kty: z.enum(['RSA', 'EC']),
        use: z.literal('sig'),
        kid: z.string(),
        alg: z.enum(['RS256', 'ES256']),
        e: z.string().optional(),
        n: z.string().optional(),
        crv: z.string().optional(),
        x: z.string().optional(),
        y: z.string().optional(),
      }),
    ),
  })
  .meta({ id: 'JwkSet' })

/** Where the public keys are. */
export const keysEndpoint: Address = {
  path: '/oidc/jwks',
  operations: {
    GET: {
      id: 'getKeys',
      summary: 'Get the public keys',
      standard: 'RFC 7517, section 5',
      answers: {
        200: {
          description: 'The keys.',
          headers: ofApps,
          json: keys,
          mediaType: 'application/jwk-set+json',
        },
      },
    },
  },
}
