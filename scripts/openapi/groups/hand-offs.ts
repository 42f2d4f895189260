import { z } from 'zod'
import type { Group } from '../description.ts'
import { errors, ofSessions } from '../errors.ts'
import { anySession } from '../proofs.ts'
import { device, nonce, yesOrNo } from '../values.ts'

const nonceForm = z.object({
  token: z
    .string()
    .optional()
    .meta({ description: "An app's ID token, as proof in place of a session or web nonce." }),
  target: z.string().optional().meta({ description: 'The client id of the target. Default: Baton itself.' }),
  redirect_to: z
    .string()
    .optional()
    .meta({ description: 'A path at the target.', examples: ['/inbox'] }),
  code_challenge: z
    .string()
    .regex(/^[A-Za-z0-9_-]{43}$/)
    .optional()
    .meta({ description: 'Binds the nonce to a verifier (RFC 7636, section 4.2).' }),
  code_challenge_method: z.literal('S256').optional(),
  approval: z
    .literal('source')
    .optional()
    .meta({ description: 'Nobody is signed in before the source has said yes.' }),
})

const issuedNonce = z
  .object({
    nonce,
    expires_in: z.int().positive().meta({ description: 'Seconds until the page has to be opened.' }),
    handoff_uri: z.url().meta({ description: 'Where the target is opened.' }),
  })
  .meta({
    id: 'IssuedNonce',
    examples: [
      {
        nonce: 'mF9B5f41JqMx3sQz7TnWk2Lc8VhYd0RgUo6EiPa4XbN',
        expires_in: 30,
        handoff_uri: 'https://baton.example.org/handoff?nonce=mF9B5f41JqMx3sQz7TnWk2Lc8VhYd0RgUo6EiPa4XbN',
      },
    ],
  })

const status = z
  .object({
    state: z.enum(['waiting', 'opened', 'asking', 'approved', 'denied', 'cancelled', 'spent', 'expired']),
    number: z
      .string()
      .regex(/^[0-9]{2}$/)
      .optional()
      .meta({ description: 'The two digits that the asking browser shows.' }),
    asked_by: z.object(device).optional().meta({ description: 'The browser that asks, or asked last.' }),
  })
  .meta({
    id: 'NonceStatus',
    examples: [
      {
        state: 'asking',
        number: '42',
        asked_by: { browser: 'Firefox', system: 'Linux', address: '192.0.2.7', same_network: true },
      },
    ],
  })

const gone = {
  description: 'The nonce is spent, expired or unknown, or its verifier is wrong: all look the same.',
  html: true,
} as const

/** Nonces, and the page that redeems them at Baton itself. */
export const handOffs: Group = {
  name: 'Hand-offs',
  description: 'A source asks for a nonce, and a target redeems it: docs/hand-off.md.',
  addresses: [
    {
      path: '/api/nonce',
      operations: {
        POST: {
          id: 'issueNonce',
          summary: 'Issue a one-time hand-off nonce',
          description:
            'The proof is an ID token in `token`, else a web nonce, else the session of a browser. `token` ' +
            'together with a web nonce is `invalid_request`.',
          proofs: [...anySession, 'nobody'],
          form: nonceForm,
          answers: { 200: { description: 'The nonce.', headers: ['noStore'], json: issuedNonce } },
          errors: {
            ...ofSessions,
            invalid_grant: 'The ID token is not acceptable.',
            unauthorized_client: 'This source may not hand over, or not to that target.',
            access_denied: 'The session began by a hand-off, or the network may not ask.',
          },
        },
      },
    },
    {
      path: '/api/nonce/status',
      operations: {
        GET: {
          id: 'getNonceStatus',
          summary: 'See how far a nonce has come',
          proofs: anySession,
          query: z.object({ nonce }),
          answers: { 200: { description: 'The state.', headers: ['noStore'], json: status } },
          errors: { ...ofSessions, not_found: 'This session has asked for no such nonce.' },
        },
      },
    },
    {
      path: '/api/nonce/approval',
      operations: {
        POST: {
          id: 'approveNonce',
          summary: 'Answer the browser that asks for a nonce',
          proofs: anySession,
          form: z.object({
            nonce,
            number: z
              .string()
              .optional()
              .meta({ description: 'The digits that the browser shows; needed to approve.' }),
            approve: yesOrNo,
          }),
          answers: { 204: { description: 'The answer is taken.', headers: ['noStore'] } },
          errors: {
            ...ofSessions,
            invalid_grant: 'The browser shows another number; the hand-off is denied.',
            not_found: 'No browser asks for a nonce of this session.',
          },
        },
      },
    },
    {
      path: '/handoff',
      operations: {
        GET: {
          id: 'showHandoff',
          summary: 'Show who a nonce would sign in',
          description: 'Spends nothing. The first form of the page redeems the nonce.',
          query: z.object({
            nonce: z
              .string()
              .optional()
              .meta({ description: 'Default: the nonce that this browser opened last.' }),
          }),
          headers: z.object({
            'Baton-Handoff-Verifier': z
              .string()
              .optional()
              .meta({ description: 'The verifier of a bound nonce, which makes the question unnecessary.' }),
          }),
          answers: {
            200: { description: 'The page of the nonce.', headers: ['cookies'], html: true },
            303: {
              description: 'The verifier is right: go on to the target.',
              headers: ['location', 'cookies'],
            },
            403: { description: 'The networks of both sides differ, and must not.', html: true },
            410: gone,
          },
          errors: {
            csrf: 'A page of another site loads this one as a part of itself.',
            ...errors('slow_down', 'temporarily_unavailable'),
          },
        },
        POST: {
          id: 'redeemHandoff',
          summary: 'Spend a nonce, and start a session',
          form: z.object({
            nonce,
            csrf_token: z.string().meta({ description: 'The token of the page.' }),
            verifier: z.string().optional().meta({ description: 'The verifier of a bound nonce.' }),
            answer: z.literal('cancel').optional().meta({ description: 'Cancels the hand-off.' }),
          }),
          answers: {
            202: {
              description: 'The source has to approve first. The page waits.',
              headers: ['cookies'],
              html: true,
            },
            303: {
              description: 'The session is there, or the hand-off is cancelled.',
              headers: ['location', 'cookies'],
            },
            403: { description: 'The networks of both sides differ, and must not.', html: true },
            410: gone,
          },
          errors: errors('csrf', 'slow_down', 'temporarily_unavailable'),
        },
      },
    },
  ],
}
