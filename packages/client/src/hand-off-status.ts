import { jsonOf, refusal, textOf } from './answer.ts'
import { authorized } from './authorized.ts'
import type { Context } from './context.ts'
import { send } from './send.ts'

export type HandOffStatus = {
  /**
   * `waiting` (nobody has opened the link), `opened`, `asking` (a browser waits for your answer), `approved`,
   * `denied`, `cancelled`, `spent` (somebody is signed in by it), `expired`.
   */
  state: string
  /** The two digits that the browser shows which asks. */
  number?: string
  /** That browser; `undefined` or `null` is unknown. */
  askedBy?: {
    browser?: string | null
    system?: string | null
    address?: string | null
    sameNetwork: boolean
  }
}

/**
 * Says how far a hand-off has come, by its nonce. Throws `network`, `refused` (`not_found` for a nonce of
 * another session), `signed_out`, `storage`, `unsupported_response`.
 */
export function handOffStatus(nonce: string, { settings, sessions }: Context): Promise<HandOffStatus> {
  return sessions.use(async (webNonce): Promise<HandOffStatus> => {
    const url = `${settings.baton}/api/nonce/status?nonce=${encodeURIComponent(nonce)}`
    const answer = await authorized({ method: 'GET', url, token: webNonce }, settings, (headers) =>
      send(url, { headers }, settings),
    )
    const json = jsonOf(answer)
    const { number, asked_by: by } = json
    const { browser, system, address, same_network } = (by ?? {}) as Record<string, string | null>
    return {
      state: textOf(json, 'state', /^[a-z]+$/),
      ...(typeof number === 'string' && { number }),
      ...(by
        ? { askedBy: { browser, system, address, sameNetwork: same_network === (true as unknown) } }
        : {}),
    }
  })
}

/**
 * Answers the browser that asks: it alone may go on after a yes. `number` is what the person sees there; a
 * wrong one denies the hand-off. Throws `network`, `refused` (`invalid_grant` for a wrong number, `not_found`
 * when no browser asks any more), `signed_out`, `storage`, `unsupported_response`.
 */
export function answerHandOff(
  nonce: string,
  { number, approve }: { number?: string | undefined; approve: boolean },
  { settings, sessions }: Context,
): Promise<void> {
  return sessions.use(async (webNonce) => {
    const form = { nonce, number, approve: approve ? 'yes' : 'no' }
    const url = `${settings.baton}/api/nonce/approval`
    const answer = await authorized({ method: 'POST', url, token: webNonce }, settings, (headers) =>
      send(url, { form, headers }, settings),
    )
    if (answer.status !== 204) throw refusal(answer)
  })
}
