import { refusal } from './answer.ts'
import { authorized } from './authorized.ts'
import { clientAuthentication } from './client-authentication.ts'
import type { Settings } from './options.ts'
import { send } from './send.ts'

/**
 * Revokes a web nonce, and with it the session and everything derived from it (RFC 7009).
 * Throws `network`, `refused`, `unsupported_response`.
 */
export async function revoke(webNonce: string, settings: Settings): Promise<void> {
  const client = clientAuthentication(settings)
  const form = { token: webNonce, ...client.form }
  const url = `${settings.baton}/oidc/revoke`
  const answer = await authorized({ method: 'POST', url }, settings, (proof) =>
    send(url, { form, headers: { ...client.headers, ...proof } }, settings),
  )
  if (answer.status !== 200) throw refusal(answer)
}
