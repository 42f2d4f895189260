import { z } from 'zod'
import { accessTokenType, deviceCodeGrant, idTokenType, tokenExchange } from '#lib/oauth/urns.ts'
import type { Address } from '../description.ts'
import { ofApps } from '../headers.ts'
import { anyClient } from '../proofs.ts'
import { userCode } from '../values.ts'
import { badClient, clientRefusals, dpop, dpopRefusals, ofClient } from './client-authentication.ts'

const token = z
  .object({
    access_token: z.string(),
    token_type: z.enum(['Bearer', 'DPoP']),
    expires_in: z.int().positive(),
    scope: z.string().optional(),
    id_token: z.string().optional(),
    refresh_token: z.string().optional(),
    issued_token_type: z.literal(accessTokenType).optional().meta({ description: 'Of a token exchange.' }),
  })
  .meta({
    id: 'TokenResponse',
    examples: [
      {
        access_token: 'PpxphMa7w84r5kqcnzRu7vka1Jd95j0wxxeBQmjHH0_',
        issued_token_type: accessTokenType,
        token_type: 'Bearer',
        expires_in: 1800,
      },
    ],
  })

const tokenForm = z.discriminatedUnion('grant_type', [
  z
    .object({
      grant_type: z.literal('authorization_code'),
      code: z.string(),
      code_verifier: z.string(),
      redirect_uri: z.string().optional(),
      ...ofClient,
    })
    .meta({ title: 'Authorization code (RFC 6749, section 4.1.3)' }),
  z
    .object({
      grant_type: z.literal('refresh_token'),
      refresh_token: z.string(),
      scope: z.string().optional(),
      resource: z.string().optional(),
      ...ofClient,
    })
    .meta({ title: 'Refresh token (RFC 6749, section 6)' }),
  z
    .object({
      grant_type: z.literal(deviceCodeGrant),
      device_code: z.string(),
      ...ofClient,
    })
    .meta({ title: 'Device code (RFC 8628, section 3.4)' }),
  z
    .object({
      grant_type: z.literal(tokenExchange),
      subject_token: z.string().meta({ description: 'An ID token, or a web nonce of this client.' }),
      subject_token_type: z.enum([idTokenType, accessTokenType]),
      requested_token_type: z.literal(accessTokenType).optional(),
      resource: z.string().optional().meta({ description: "For a web nonce: a backend's `audience`." }),
      ...ofClient,
    })
    .meta({ title: 'Token exchange (RFC 8693, section 2.1)' }),
])

/** Where clients get tokens, and devices the codes that they poll with. */
export const tokenEndpoints: Address[] = [
  {
    path: '/oidc/token',
    operations: {
      POST: {
        id: 'requestToken',
        summary: 'Get tokens, or a web nonce',
        standard: 'RFC 6749, section 3.2; RFC 8693; RFC 8628; RFC 9449',
        proofs: anyClient,
        headers: dpop,
        form: tokenForm,
        answers: { 200: { description: 'The tokens.', headers: ['noStore', ...ofApps], json: token } },
        errorsOfProvider: {
          400: {
            invalid_request: 'A parameter is missing or bad, the subject token among them.',
            invalid_grant: 'The code, refresh token or device code is not good (any more).',
            unauthorized_client: 'The client may not use this grant.',
            unsupported_grant_type: 'There is no such grant.',
            invalid_scope: 'The scope is more than was granted.',
            invalid_target: 'There is no such resource for this client (RFC 8707).',
            ...dpopRefusals,
            authorization_pending: 'Nobody has answered the device yet (RFC 8628, section 3.5).',
            slow_down: 'The device asks too often.',
            access_denied: 'The person has said no to the device.',
            expired_token: 'The device code has expired.',
          },
          401: badClient,
          403: { access_denied: "The provider's `allow` lets this person no longer in." },
        },
        ...clientRefusals,
      },
    },
  },
  {
    path: '/oidc/device_authorization',
    operations: {
      POST: {
        id: 'authorizeDevice',
        summary: 'Ask to be signed in as a device',
        standard: 'RFC 8628, section 3.1',
        proofs: anyClient,
        form: z.object({ scope: z.string().optional(), resource: z.string().optional(), ...ofClient }),
        answers: {
          200: {
            description: 'The codes.',
            headers: ['noStore', ...ofApps],
            json: z
              .object({
                device_code: z.string(),
                user_code: userCode,
                verification_uri: z.url(),
                verification_uri_complete: z.url(),
                expires_in: z.int().positive(),
                interval: z.int().positive(),
              })
              .meta({ id: 'DeviceAuthorization' }),
          },
        },
        errorsOfProvider: {
          400: {
            invalid_request: 'A parameter is bad or too long.',
            invalid_scope: 'There is no such scope.',
            invalid_target: 'There is no such resource for this client.',
            unauthorized_client: 'The client may not use this grant.',
          },
          401: badClient,
        },
        ...clientRefusals,
      },
    },
  },
]
