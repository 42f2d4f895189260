import { callerOf } from '#lib/http/caller.ts'
import { route } from '#lib/http/route.ts'
import { tokenRequest } from '#lib/http/token-request.ts'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = route({
  async POST(request, runtime) {
    const { status, headers, body } = await tokenRequest(callerOf(request), runtime)
    const isEmpty = status === 204 || status === 304
    return new Response(isEmpty ? null : new Uint8Array(body), { status, headers })
  },
})
