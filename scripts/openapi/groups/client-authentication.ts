import { z } from 'zod'
import type { Operation } from '../description.ts'
import { errors } from '../errors.ts'

/** How a client authenticates by its form. */
export const ofClient = {
  client_id: z.string().optional().meta({ description: 'Of a client that does not use HTTP Basic.' }),
  client_secret: z.string().optional().meta({ description: '`client_secret_post`.' }),
  client_assertion: z
    .string()
    .optional()
    .meta({ description: '`private_key_jwt` or `client_secret_jwt` (RFC 7523, section 2.2).' }),
  client_assertion_type: z.literal('urn:ietf:params:oauth:client-assertion-type:jwt-bearer').optional(),
}

/** The header by which a client shows its key. */
export const dpop = z.object({
  DPoP: z.string().optional().meta({ description: 'A proof: binds what is issued to its key (RFC 9449).' }),
})

/** What every client may be refused for. */
export const badClient = {
  invalid_client: 'The client is unknown, or its authentication is missing or wrong.',
} as const

/** What a proof of its key may be refused for. */
export const dpopRefusals = {
  invalid_dpop_proof: 'The DPoP proof is missing, bad, or was used before.',
  use_dpop_nonce: 'Put the nonce of the header `DPoP-Nonce` into a new proof, and ask again.',
} as const

/** What an endpoint of clients answers to too many, and when something is away. */
export const clientRefusals: Pick<Operation, 'errors'> = {
  errors: errors('slow_down', 'temporarily_unavailable'),
}
