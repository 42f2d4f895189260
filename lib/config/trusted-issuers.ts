import { z } from 'zod'
import { signatureAlgorithms, usualSignatureAlgorithms } from '#lib/oauth/signature-algorithms.ts'
import { allowSchema } from './allow.ts'
import { seconds, secureAddress } from './field-types.ts'

const claimValue = z.union([z.string(), z.number(), z.boolean()])
type ClaimValue = z.output<typeof claimValue>
type Mark = { claim: string; value?: ClaimValue }

// `"claim"`, `{ "claim": "claim", "value": value }` or, shorter, `{ "claim": value }`.
function markOf(mark: string | { claim: string; value: ClaimValue } | Record<string, ClaimValue>): Mark {
  if (typeof mark === 'string') return { claim: mark }
  const { claim, value } = mark
  if (typeof claim === 'string' && value !== undefined) return { claim, value }
  const [[own = '', ofIt] = []] = Object.entries(mark)
  return { claim: own, ...(ofIt !== undefined && { value: ofIt }) }
}

/**
 * One entry of `trustedIssuers`.
 *
 * @internal For tests.
 */
export const trustedIssuerSchema = z.strictObject({
  issuer: secureAddress.meta({
    description:
      'Issuer URL, exactly as in the `iss` claim of its ID tokens, with a trailing slash if it has one.',
    examples: ['https://login.example.org/realms/main'],
  }),
  clients: z
    .array(z.string().min(1))
    .min(1)
    .meta({
      description: 'Client IDs of the apps at this issuer whose ID tokens Baton accepts.',
      examples: [['phone']],
    }),
  algorithms: z
    .array(z.enum(signatureAlgorithms))
    .min(1)
    .default([...usualSignatureAlgorithms])
    .meta({
      description: 'Signature algorithms to accept. `none` and HMAC are never accepted.',
      examples: [['RS256'], ['ES256', 'EdDSA']],
    }),
  maxTokenAge: seconds.default(3600).meta({
    description: 'Maximum age of an ID token, in seconds since its `iat`.',
    examples: [300],
  }),
  acceptWithoutNonceAudience: z
    .array(z.string())
    .default([])
    .meta({
      description:
        'Client IDs whose ID tokens may prove a sign-in although their `aud` does not name ' +
        '`BATON_URL/api/nonce`. Any ID token of such a client can start a session here; if the issuer can ' +
        'add that audience, do that instead.',
      examples: [['phone']],
    }),
  subjectClaim: z
    .string()
    .min(1)
    .default('sub')
    .meta({
      description:
        'Claim that identifies a person at this issuer. Use the same claim in `providers[]` for the same ' +
        'issuer, so that a person is one user in the app and in the browser.',
      examples: ['oid'],
    }),
  allow: allowSchema.optional().meta({
    description:
      'Whose ID tokens are taken, beside what `allow` of a provider with the same issuer says; without it, ' +
      "everybody's.",
    examples: [{ emailDomains: ['example.org'] }],
  }),
  idTokenMark: z
    .union([
      z.string().min(1),
      z.strictObject({
        claim: z
          .string()
          .min(1)
          .meta({ description: 'Name of the claim.', examples: ['token_kind'] }),
        value: claimValue.meta({ description: 'Its value in ID tokens.', examples: ['id'] }),
      }),
      z
        .record(z.string().min(1), claimValue)
        .refine((mark) => Object.keys(mark).length === 1, 'name one claim and its value'),
    ])
    .transform(markOf)
    .optional()
    .meta({
      description:
        "Claim, or claim and value, that only this issuer's ID tokens have. Set it where ID tokens have " +
        '`scope`, `scp`, `client_id` or `cid` without `at_hash` or `c_hash`; without it Baton takes those ' +
        'for access tokens and refuses them.',
      examples: ['nonce', { token_kind: 'id' }, { claim: 'token_kind', value: 'id' }],
    }),
})

export type TrustedIssuer = z.output<typeof trustedIssuerSchema>

export const trustedIssuers = z
  .array(trustedIssuerSchema)
  .default([])
  .meta({
    description: 'Issuers whose ID tokens prove the sign-in of a native app.',
    examples: [
      [{ issuer: 'https://login.example.org/realms/main', clients: ['phone'], algorithms: ['RS256'] }],
    ],
  })
