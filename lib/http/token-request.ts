import { OAuthError } from '#lib/oauth/error.ts'
import type { Runtime } from '#lib/runtime.ts'
import { requestToken } from '#lib/token-service/request-token.ts'
import { bearerToken, type Caller, sessionOfBearer } from './authenticate.ts'

export type PassedOn = { status: number; headers: Record<string, string>; body: Buffer }

/**
 * What `POST /api/token` answers to a caller: the token service's own words, for a web nonce that is good. Throws `not_found` where none is
 * configured, `invalid_token`, and what `requestToken` throws.
 */
export async function tokenRequest(caller: Caller, runtime: Runtime): Promise<PassedOn> {
  const { tokenService } = runtime.config
  if (!tokenService) throw new OAuthError('not_found', 'no token service is configured')
  const webNonce = bearerToken(caller)
  if (webNonce === undefined)
    throw new OAuthError('invalid_token', 'send a web nonce as bearer token', { withoutCredentials: true })
  await sessionOfBearer(webNonce, runtime)

  const { status, contentType, contentEncoding, body } = await requestToken(
    webNonce,
    tokenService,
    runtime.backends,
  )
  return {
    status,
    headers: {
      ...(contentType && { 'content-type': contentType }),
      ...(contentEncoding && { 'content-encoding': contentEncoding }),
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      // Whatever it is, it is no page of this origin.
      'content-security-policy': "sandbox; default-src 'none'",
    },
    body,
  }
}
