import { z } from 'zod'
import type { Address, Operation } from '../description.ts'
import { errors } from '../errors.ts'
import { ofApps } from '../headers.ts'
import { dpopRefusals } from './client-authentication.ts'

const claims = z
  .object({
    sub: z.uuid(),
    name: z.string().optional(),
    picture: z.string().optional(),
    email: z.string().optional(),
  })
  .meta({
    id: 'UserInfo',
    examples: [{ sub: 'd6dc757d-fc4c-443d-b623-d4b55a9d351d', name: 'Demo User', email: 'demo@example.org' }],
  })

const userinfo: Omit<Operation, 'id'> = {
  summary: 'Get the claims of the person',
  standard: 'OpenID Connect Core 1.0, section 5.3',
  proofs: ['accessToken', 'boundAccessToken'],
  answers: { 200: { description: 'The claims.', headers: ['noStore', ...ofApps], json: claims } },
  errorsOfProvider: {
    400: { invalid_request: 'The access token is in more than one place.' },
    401: {
      invalid_token: 'The access token is missing, bad, or of a session that has ended.',
      ...dpopRefusals,
    },
    403: { insufficient_scope: 'The access token has no `openid` scope.' },
  },
  errors: errors('temporarily_unavailable'),
}

/** Where clients get the claims of a person. */
export const userinfoEndpoint: Address = {
  path: '/oidc/userinfo',
  operations: {
    GET: { id: 'getUserInfo', ...userinfo },
    POST: { id: 'getUserInfoByPost', ...userinfo },
  },
}
