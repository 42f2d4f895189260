import { authenticate } from '#lib/callers/authenticate.ts'
import { refuseOtherOrigin } from '#lib/callers/same-origin.ts'
import { answerApproval, nonceStatus as statusOf } from '#lib/handoff/nonce-status.ts'
import { parameters } from '#lib/http/form.ts'
import { OAuthError } from '#lib/oauth/error.ts'
import type { Runtime } from '#lib/runtime.ts'
import { type Answer, type Call, json } from './endpoint.ts'

/** `GET /api/nonce/status`: how far a nonce of the caller's own has come, and which browser asks for it. */
export async function nonceStatus({ caller, url }: Call, runtime: Runtime): Promise<Answer> {
  const { nonce } = parameters(url.searchParams)
  const { session } = await authenticate(caller, runtime)
  if (!nonce) throw new OAuthError('invalid_request', 'nonce is required')
  return json(await statusOf(nonce, session.id, runtime))
}

/**
 * `POST /api/nonce/approval`: the answer of the source to the browser that asks for its nonce. Throws what
 * `answerApproval` and the caller's proof throw.
 */
export async function nonceApproval({ caller, form }: Call, runtime: Runtime): Promise<Answer> {
  const answer = await form()
  const { session, token } = await authenticate(caller, runtime)
  // With a cookie, as for any form of Baton's own.
  if (token) refuseOtherOrigin(caller, runtime.config.url)
  await answerApproval(answer, session.id, runtime)
  return { status: 204, headers: { 'cache-control': 'no-store' } }
}
