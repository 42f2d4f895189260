import { signedOut } from './answer.ts'
import { authorized } from './authorized.ts'
import type { Context } from './context.ts'
import { refusesBearer } from './refuses-bearer.ts'
import { send } from './send.ts'
import { Token } from './token.ts'

/**
 * Asks the token service for a token through Baton. Returns its answer unchanged, refusals included (see
 * `status`).
 * Throws `network`, `refused` for a proof alone, `signed_out`, `storage`, `unsupported_response`.
 */
export function getToken({ settings, sessions }: Context): Promise<Token> {
  return sessions.use(async (webNonce) => {
    const url = `${settings.baton}/api/token`
    const answer = await authorized({ method: 'POST', url, token: webNonce }, settings, (headers) =>
      send(url, { form: {}, headers: { ...headers, accept: '*/*' } }, settings),
    )
    if (refusesBearer(answer)) throw signedOut(answer.status)
    const contentType = answer.headers.get('content-type') ?? undefined
    return new Token({ status: answer.status, contentType, bytes: answer.body })
  })
}
