import { callerOf } from '#lib/http/caller.ts'
import { nonceRequest } from '#lib/http/nonce-request.ts'
import { route } from '#lib/http/route.ts'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = route({
  async POST(request, runtime) {
    const issued = await nonceRequest(callerOf(request), request.body, runtime)
    return Response.json(issued, { headers: { 'cache-control': 'no-store' } })
  },
})
