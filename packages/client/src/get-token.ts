import { signedOut } from './answer.ts'
import type { Context } from './context.ts'
import { refusesBearer } from './refuses-bearer.ts'
import { send } from './send.ts'
import { Token } from './token.ts'

/**
 * Asks the token service for a token through Baton. Returns its answer unchanged, refusals included (see
 * `status`).
 * Throws `network`, `signed_out`, `storage`, `unsupported_response`.
 */
export function getToken({ settings, sessions }: Context): Promise<Token> {
  return sessions.use(async (webNonce) => {
    const headers = { authorization: `Bearer ${webNonce}`, accept: '*/*' }
    const answer = await send(`${settings.baton}/api/token`, { form: {}, headers }, settings)
    if (refusesBearer(answer)) throw signedOut(answer.status)
    const contentType = answer.headers.get('content-type') ?? undefined
    return new Token({ status: answer.status, contentType, bytes: answer.body })
  })
}
