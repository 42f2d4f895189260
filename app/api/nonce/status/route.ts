import { nonceStatus } from '#lib/handoff/nonce-status.ts'
import { authenticate } from '#lib/http/authenticate.ts'
import { callerOf } from '#lib/http/caller.ts'
import { readForm } from '#lib/http/form.ts'
import { route } from '#lib/http/route.ts'

/** How far a nonce of the caller's own has come, for the page that shows it. */
export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = route({
  async POST(request, runtime) {
    const { session } = await authenticate(callerOf(request), runtime)
    const { nonce = '' } = await readForm(request.headers.get('content-type'), request.body)
    const status = await nonceStatus(nonce, session.id, runtime)
    return Response.json({ status }, { headers: { 'cache-control': 'no-store' } })
  },
})
