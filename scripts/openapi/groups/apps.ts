import { z } from 'zod'
import { methods } from '#lib/endpoints/endpoint.ts'
import type { Group, Operation } from '../description.ts'
import { errors, ofSessions } from '../errors.ts'
import { anySession } from '../proofs.ts'

const passedOn = '*/*'

const call: Operation = {
  id: 'callBackend',
  summary: 'Call a backend with a bearer token of its own',
  description:
    'Method, path, query and body go on as they came, both bodies as streams. Of the headers of the ' +
    'answer those come back that say something of the content, of caching or of the call, and the ' +
    '`responseHeaders` of the backend (docs/configuration.md). A WebSocket handshake goes the same way, ' +
    "as an unsafe method. Baton answers the preflight of a configured client's page itself. A status with " +
    "an `OAuthError` below is Baton's own; a backend may answer any of them in its own words.",
  proofs: anySession,
  takesAnything: true,
  passesOn: true,
  answers: { 200: { description: "The backend's own status, headers and body.", mediaType: passedOn } },
  errors: {
    ...ofSessions,
    invalid_request: 'The path has no backend, or another spelling.',
    access_denied: 'The session has no token for this backend.',
    not_found: 'There is no such backend.',
    method_not_allowed: 'The backend does not take this method.',
    payload_too_large: 'The body is larger than `maxBodyBytes`.',
    slow_down: 'The session has too many proofs.',
    bad_gateway: 'The backend cannot be reached, or its answer is broken.',
    gateway_timeout: 'The backend did not answer in time.',
  },
}

/** What apps call with a web nonce, and what resource servers ask. */
export const apps: Group = {
  name: 'Apps and backends',
  description: 'Calls of apps to backends, and of resource servers: docs/apps.md.',
  addresses: [
    {
      path: '/api/backends/{backend}/{path}',
      row: '/api/backends/*',
      parameters: {
        backend: z.string().meta({ description: 'The name of the backend.', examples: ['orders'] }),
        path: z.string().meta({ description: 'The path at the backend, slashes included.' }),
      },
      operations: Object.fromEntries(
        methods.map((method) => [
          method,
          { ...call, id: `${call.id}By${method.charAt(0)}${method.slice(1).toLowerCase()}` },
        ]),
      ),
    },
    {
      path: '/api/token',
      operations: {
        POST: {
          id: 'exchangeAtTokenService',
          summary: 'Exchange a web nonce at the token service',
          description:
            "Status, media type and body of the token service's answer come back as they are, up to 64 KiB.",
          standard: 'RFC 8693, section 2.1, between Baton and the token service',
          proofs: ['webNonce', 'boundWebNonce'],
          passesOn: true,
          answers: {
            200: {
              description: 'What the token service has answered.',
              headers: ['noStore', 'noSniff', 'policy'],
              mediaType: passedOn,
            },
          },
          errors: {
            ...errors('invalid_token', 'invalid_dpop_proof', 'use_dpop_nonce', 'slow_down'),
            ...errors('temporarily_unavailable'),
            not_found: 'No token service is configured.',
            bad_gateway: 'The token service cannot be reached, or answered more than 64 KiB.',
            gateway_timeout: 'The token service did not answer within 10 seconds.',
          },
        },
      },
    },
    {
      path: '/api/revocations',
      operations: {
        GET: {
          id: 'watchRevocations',
          summary: 'Be told of each session that ends',
          description:
            'The data of each event is JSON with a `sid`. A sign of life comes every two seconds. ' +
            '`event: reset` means that the absence was longer than 23 hours.',
          proofs: ['clientSecretBasic'],
          headers: z.object({
            'Last-Event-ID': z
              .string()
              .optional()
              .meta({ description: 'The id of the last event that was seen; the stream goes on there.' }),
          }),
          answers: {
            200: {
              description: 'Server-sent events.',
              headers: ['noStore', 'noBuffering'],
              mediaType: 'text/event-stream',
              example: 'id: 1764316800000\ndata: {"sid":"5d0b6c1e-6d3e-4c0f-8a46-2f1c3b7a9e10"}\n\n',
            },
          },
          errors: {
            invalid_client: 'The credentials are missing or wrong.',
            unauthorized_client: 'No app lists this client among its `resource_servers`.',
            ...errors('slow_down', 'temporarily_unavailable'),
          },
        },
      },
    },
  ],
}
