import type { NextRequest } from 'next/server'
import { handlers } from '#auth'
import { route } from '#lib/http/route.ts'
import { OAuthError } from '#lib/oauth/error.ts'

// Auth.js answers what it does not know with a bare 400; every error that is not a page is Baton's JSON.
const answer = (handle: (request: NextRequest) => Promise<Response>) => async (request: Request) => {
  const response = await handle(request as NextRequest)
  if (response.status >= 400) throw new OAuthError('invalid_request', 'Auth.js does not take this request')
  return response
}

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = route({
  GET: answer(handlers.GET),
  POST: answer(handlers.POST),
})
