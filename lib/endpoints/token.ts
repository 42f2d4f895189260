import { appToken } from '#lib/callers/app-token.ts'
import { sessionOfApp } from '#lib/callers/authenticate.ts'
import { OAuthError } from '#lib/oauth/error.ts'
import type { Runtime } from '#lib/runtime.ts'
import { requestToken } from '#lib/token-service/request-token.ts'
import type { Answer, Call } from './endpoint.ts'

/**
 * `POST /api/token`: the token service's answer, unchanged, for a good web nonce. Throws
 * `not_found` where no token service is configured, and what `sessionOfApp` and `requestToken` throw.
 */
export async function token({ caller }: Call, runtime: Runtime): Promise<Answer> {
  const { tokenService } = runtime.config
  if (!tokenService) throw new OAuthError('not_found', 'no token service is configured')
  const shown = appToken(caller)
  if (!shown)
    throw new OAuthError('invalid_token', 'send a web nonce as bearer token', { withoutCredentials: true })
  await sessionOfApp(shown, caller, runtime)

  const { status, contentType, contentEncoding, body } = await requestToken(
    shown.token,
    tokenService,
    runtime.backends.kept,
  )
  return {
    status,
    headers: {
      ...(contentType && { 'content-type': contentType }),
      ...(contentEncoding && { 'content-encoding': contentEncoding }),
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      // Whatever the body is, it is no page of this origin.
      'content-security-policy': "sandbox; default-src 'none'",
    },
    body,
  }
}
