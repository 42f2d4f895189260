import { z } from 'zod'
import type { Address } from '../description.ts'
import { errors } from '../errors.ts'

const subjectIdentifier = z.discriminatedUnion('format', [
  z.strictObject({
    format: z.literal('iss_sub'),
    iss: z.string().min(1),
    sub: z.string().min(1).meta({ description: "The value of the provider's `subjectClaim`." }),
  }),
  z.strictObject({
    format: z.literal('email'),
    email: z.email().meta({ description: "An address that one of the operator's `issuers` has verified." }),
  }),
])

/** Where providers and operators say that a person is to be signed out. */
export const endingsFromOutside: Address[] = [
  {
    path: '/api/backchannel-logout',
    operations: {
      POST: {
        id: 'logOutByProvider',
        summary: 'Take the logout token of a provider',
        standard: 'OpenID Connect Back-Channel Logout 1.0, section 2.5',
        form: z.object({ logout_token: z.string() }),
        answers: { 200: { description: 'The sessions have ended.', headers: ['noStore'] } },
        errors: {
          invalid_request: 'The logout token is missing or not acceptable.',
          ...errors('temporarily_unavailable'),
        },
      },
    },
  },
  {
    path: '/api/global-token-revocation',
    operations: {
      POST: {
        id: 'signOutGlobally',
        summary: 'Sign a person out everywhere',
        standard: 'draft-parecki-oauth-global-token-revocation; RFC 9493, section 3.2',
        proofs: ['operatorJwt'],
        json: z
          .object({ sub_id: subjectIdentifier })
          .meta({ examples: [{ sub_id: { format: 'email', email: 'demo@example.org' } }] }),
        answers: { 204: { description: 'Nothing of the person is left.', headers: ['noStore'] } },
        errors: {
          ...errors('invalid_token', 'temporarily_unavailable'),
          invalid_request: 'The body is no subject identifier.',
          access_denied: "It is no person of the operator's.",
          not_found: 'There is no such person.',
        },
      },
    },
  },
]
