import { authenticate } from '#lib/callers/authenticate.ts'
import { refuseOtherOrigin } from '#lib/callers/same-origin.ts'
import { answerRequest } from '#lib/devices/answer-request.ts'
import { type OpenRequest, openRequest } from '#lib/devices/open-request.ts'
import { OAuthError } from '#lib/oauth/error.ts'
import type { Runtime } from '#lib/runtime.ts'
import { type Answer, type Call, json } from '../endpoint.ts'
import { approvingBy } from './approving.ts'

/**
 * `POST /api/device`: what asks with a user code, for a session that may approve it; with `approve`, the
 * answer to it. Throws what `openRequest`, `answerRequest` and the caller's proof throw.
 */
export async function device({ caller, form }: Call, runtime: Runtime): Promise<Answer> {
  const answer = await form()
  const { session, token } = await authenticate(caller, runtime)
  // With a cookie, as for any form of Baton's own.
  if (token) refuseOtherOrigin(caller, runtime.config.url)
  const { user_code, approve } = answer
  if (user_code === undefined) throw new OAuthError('invalid_request', 'user_code is required')
  const approving = approvingBy(session, caller, runtime)
  if (approve === undefined) return json(onTheWire(await openRequest(user_code, approving, runtime)))
  await answerRequest(answer, approving, runtime)
  return { status: 204, headers: { 'cache-control': 'no-store' } }
}

function onTheWire({
  kind,
  clientId,
  application,
  scopes,
  network,
  askedAt,
  numbers,
  ...place
}: OpenRequest) {
  const { browser, system, address } = place
  // What is `undefined` is left out.
  return {
    kind,
    client_id: clientId,
    client_name: application,
    scope: scopes.length > 0 ? scopes.join(' ') : undefined,
    browser: browser ?? undefined,
    system: system ?? undefined,
    address,
    same_network: network === 'same',
    asked_at: askedAt.toISOString(),
    numbers,
  }
}
