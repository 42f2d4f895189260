import { jsonOf, secondsOf, textOf } from './answer.ts'
import { authorized } from './authorized.ts'
import { clientAuthentication } from './client-authentication.ts'
import { BatonError } from './error.ts'
import type { Settings } from './options.ts'
import { send } from './send.ts'

const ACCESS_TOKEN = 'urn:ietf:params:oauth:token-type:access_token'

/**
 * Exchanges a token at Baton for an access token: an ID token for a web nonce, or a web nonce for a JWT (RFC
 * 8693, section 2). With a signer it is bound to the app's key (RFC 9449, section 5).
 * Throws `network`, `refused`, `unsupported_response`.
 */
export async function exchangeToken(
  request: { subjectToken: string; subjectTokenType: 'id_token' | 'access_token'; resource?: string },
  settings: Settings,
): Promise<{ accessToken: string; expiresIn: number }> {
  const client = clientAuthentication(settings)
  const form = {
    grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
    subject_token: request.subjectToken,
    subject_token_type: `urn:ietf:params:oauth:token-type:${request.subjectTokenType}`,
    resource: request.resource,
    ...client.form,
  }
  const url = `${settings.baton}/oidc/token`
  const answer = await authorized({ method: 'POST', url }, settings, (proof) =>
    send(url, { form, headers: { ...client.headers, ...proof } }, settings),
  )
  const json = jsonOf(answer)
  const kind = settings.prover ? 'dpop' : 'bearer'
  if (json.issued_token_type !== ACCESS_TOKEN || String(json.token_type).toLowerCase() !== kind)
    throw new BatonError('unsupported_response', 'Baton returned another kind of token')
  return {
    // RFC 6750, section 2.1. An invalid header value would be quoted in the error of the next request.
    accessToken: textOf(json, 'access_token', /^[\w.~+/-]+=*$/),
    expiresIn: secondsOf(json, 'expires_in'),
  }
}
