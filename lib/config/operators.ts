import { z } from 'zod'
import { signatureAlgorithms, usualSignatureAlgorithms } from '#lib/oauth/signature-algorithms.ts'
import { address, securePage } from './field-types.ts'

/** Where operators sign people out everywhere, at Baton's own origin. */
export const globalTokenRevocationPath = '/api/global-token-revocation'

const operatorSchema = z.strictObject({
  issuer: address.meta({
    description: 'Who calls, exactly as in the `iss` claim of the JWTs that it signs.',
    examples: ['https://example.okta.com'],
  }),
  jwksUri: securePage.meta({
    description: 'Address of the public keys of these JWTs, as a JWK Set.',
    examples: ['https://example.okta.com/oauth2/v1/keys'],
  }),
  issuers: z
    .array(address)
    .min(1)
    .optional()
    .meta({
      description:
        'Whose people it may sign out: issuers, exactly as in the `iss` claim of ID tokens, or the origin ' +
        'of a provider without an issuer. Default: its own `issuer`.',
      examples: [['https://example.okta.com', 'https://example.okta.com/oauth2/default']],
    }),
  algorithms: z
    .array(z.enum(signatureAlgorithms))
    .min(1)
    .default([...usualSignatureAlgorithms])
    .meta({
      description: 'Signature algorithms to accept. `none` and HMAC are never accepted.',
      examples: [['RS256']],
    }),
})

/** Who may end people's sessions. */
export type Operator = z.output<typeof operatorSchema>

export const operators = z
  .array(operatorSchema)
  .default([])
  .meta({
    description:
      'Identity providers and security tools that may sign people out everywhere by ' +
      '`POST /api/global-token-revocation`; see [universal-logout.md](operations/universal-logout.md).',
    examples: [[{ issuer: 'https://example.okta.com', jwksUri: 'https://example.okta.com/oauth2/v1/keys' }]],
  })

/** The issuers whose people an operator may sign out. */
export function issuersOf({ issuer, issuers = [issuer] }: Operator): string[] {
  return issuers
}

/** Whether some operator may sign out the people of this issuer. */
export function isOperated(issuer: string, config: { operators: Operator[] }): boolean {
  return config.operators.some((operator) => issuersOf(operator).includes(issuer))
}
