import { z } from 'zod'
import type { Address } from '../description.ts'
import { errors } from '../errors.ts'
import { csrfToken, sid, time } from '../values.ts'

const pageSession = z
  .object({
    user: z.object({
      id: z.uuid(),
      name: z.string().nullable(),
      email: z.string().nullable(),
      image: z.string().nullable(),
    }),
    expires: time,
    provider: z.string().nullable(),
    sid,
    error: z
      .literal('RefreshTokenError')
      .optional()
      .meta({ description: 'The provider gives no access token any more: sign in again.' }),
  })
  .meta({
    id: 'PageSession',
    examples: [
      {
        user: {
          id: 'd6dc757d-fc4c-443d-b623-d4b55a9d351d',
          name: 'Demo User',
          email: 'demo@example.org',
          image: null,
        },
        expires: '2026-12-28T08:00:00.000Z',
        provider: 'demo',
        sid: '5d0b6c1e-6d3e-4c0f-8a46-2f1c3b7a9e10',
      },
    ],
  })

/** Where pages learn who is signed in. */
export const pageSessionEndpoint: Address = {
  path: '/api/auth/session',
  operations: {
    GET: {
      id: 'getPageSession',
      summary: 'See who is signed in',
      proofs: ['session', 'webNonce', 'boundWebNonce', 'nobody'],
      answers: {
        200: {
          description: 'The session, or `null`.',
          headers: ['neverKept', 'cookies', 'expired', 'pragma'],
          json: pageSession.nullable(),
        },
      },
      errors: errors(
        'invalid_token',
        'invalid_dpop_proof',
        'use_dpop_nonce',
        'slow_down',
        'temporarily_unavailable',
      ),
    },
    POST: {
      id: 'updatePageSession',
      summary: 'See who is signed in, for the `update` of Auth.js',
      description: 'Changes nothing.',
      json: z.object({ csrfToken }),
      answers: {
        200: {
          description: 'The session, or `null`.',
          headers: ['neverKept', 'cookies', 'expired', 'pragma'],
          json: pageSession.nullable(),
        },
      },
      errors: errors('csrf'),
    },
  },
}
