import { z } from 'zod'
import type { Address } from '../description.ts'
import { ofApps } from '../headers.ts'
import { anyClient } from '../proofs.ts'
import { numericDate, sid } from '../values.ts'
import { badClient, clientRefusals, dpop, dpopRefusals, ofClient } from './client-authentication.ts'

const introspection = z.union([
  z
    .object({ active: z.literal(false) })
    .meta({ title: 'Ended, expired, revoked, unknown or not for this client' }),
  z
    .object({
      active: z.literal(true),
      sub: z.uuid(),
      client_id: z.string(),
      iss: z.url(),
      sid,
      auth_time: numericDate,
      iat: numericDate,
      exp: numericDate,
      token_type: z.enum(['Bearer', 'DPoP']),
      cnf: z.object({ jkt: z.string() }).optional().meta({ description: 'RFC 9449, section 6.2.' }),
      username: z.string().optional(),
    })
    .meta({ id: 'WebNonceSession', title: 'A web nonce' }),
  z
    .object({
      active: z.literal(true),
      sub: z.uuid(),
      client_id: z.string(),
      iss: z.url(),
      iat: numericDate,
      exp: numericDate,
      sid: z
        .string()
        .optional()
        .meta({ description: "The session at the OpenID Provider, in the client's ID tokens too." }),
      aud: z.string().optional(),
      scope: z.string().optional(),
      token_type: z.enum(['Bearer', 'DPoP']).optional().meta({ description: 'Of an access token.' }),
      cnf: z.object({ jkt: z.string() }).optional(),
    })
    .meta({ id: 'OwnToken', title: "The client's own opaque token" }),
])

/** Where clients ask about tokens, and revoke them. */
export const introspectionAndRevocation: Address[] = [
  {
    path: '/oidc/introspect',
    operations: {
      POST: {
        id: 'introspect',
        summary: 'getSession: ask what a token stands for',
        standard: 'RFC 7662, section 2',
        proofs: anyClient,
        form: z.object({ token: z.string(), token_type_hint: z.string().optional(), ...ofClient }),
        answers: {
          200: { description: 'The session.', headers: ['briefly', ...ofApps], json: introspection },
        },
        errorsOfProvider: {
          400: { invalid_request: 'A parameter is missing or repeated.' },
          401: badClient,
        },
        ...clientRefusals,
      },
    },
  },
  {
    path: '/oidc/revoke',
    operations: {
      POST: {
        id: 'revoke',
        summary: 'Revoke a token, or end the session of a web nonce',
        standard: 'RFC 7009, section 2',
        proofs: anyClient,
        headers: dpop,
        form: z.object({ token: z.string(), token_type_hint: z.string().optional(), ...ofClient }),
        answers: { 200: { description: 'The token is good for nothing.', headers: ofApps } },
        errorsOfProvider: {
          400: {
            invalid_request: 'A parameter is missing or repeated.',
            unsupported_token_type: 'The token is a JWT, which lives out its five minutes.',
            ...dpopRefusals,
          },
          401: badClient,
        },
        ...clientRefusals,
      },
    },
  },
]
