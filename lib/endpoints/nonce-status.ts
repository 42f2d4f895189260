import { authenticate } from '#lib/callers/authenticate.ts'
import { nonceStatus as statusOf } from '#lib/handoff/nonce-status.ts'
import type { Runtime } from '#lib/runtime.ts'
import { type Answer, type Call, json } from './endpoint.ts'

/** `POST /api/nonce/status`: how far a nonce of the caller's own has come, for the page that shows it. */
export async function nonceStatus({ caller, form }: Call, runtime: Runtime): Promise<Answer> {
  const { session } = await authenticate(caller, runtime)
  const { nonce = '' } = await form()
  return json({ status: await statusOf(nonce, session.id, runtime) })
}
