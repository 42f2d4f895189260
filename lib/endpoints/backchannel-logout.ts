import { OAuthError } from '#lib/oauth/error.ts'
import type { Runtime } from '#lib/runtime.ts'
import { endByLogoutToken } from '#lib/sessions/end-by-logout-token.ts'
import type { Answer, Call } from './endpoint.ts'

/**
 * `POST /api/backchannel-logout`: a provider reports that a person has signed out there. Throws
 * `invalid_request`, and `temporarily_unavailable` when the provider's keys cannot be had. OpenID Connect
 * Back-Channel Logout 1.0, section 2.5.
 */
export async function backchannelLogout({ form }: Call, runtime: Runtime): Promise<Answer> {
  const { logout_token: token } = await form()
  if (token === undefined) throw new OAuthError('invalid_request', 'send a logout_token')
  await endByLogoutToken(token, runtime)
  return { headers: { 'cache-control': 'no-store' } }
}
