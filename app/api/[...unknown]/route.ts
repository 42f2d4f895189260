import { route } from '#lib/http/route.ts'
import { OAuthError } from '#lib/oauth/error.ts'

const unknown = () => {
  throw new OAuthError('not_found', 'there is nothing at this address')
}

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = route({
  GET: unknown,
  HEAD: unknown,
  POST: unknown,
  PUT: unknown,
  PATCH: unknown,
  DELETE: unknown,
  OPTIONS: unknown,
})
