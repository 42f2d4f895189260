import { jsonOf, refusal, textOf } from './answer.ts'
import { authorized } from './authorized.ts'
import type { Context } from './context.ts'
import { BatonError } from './error.ts'
import type { Settings } from './options.ts'
import { type Answer, send } from './send.ts'

/** What shows a user code and asks to be signed in; `undefined` is unknown. */
export type DeviceRequest = {
  /** A browser shows two digits besides; a device is known by its code alone. */
  kind: 'browser' | 'device'
  clientId?: string
  clientName?: string
  browser?: string
  system?: string
  address?: string
  /** Whether it is in the network of this app. */
  sameNetwork: boolean
  askedAt: Date
  /** What an application of somebody else wants to know of the person, such as `openid email`. */
  scope?: string
  /** Three numbers, one of which the browser shows; without them the person types it. */
  numbers?: string[]
}

/**
 * Says what shows a user code, such as `BCDF-GHJK`. Throws `network`, `refused` (`not_found` when nothing
 * shows this code now, `access_denied` and `unauthorized_client` for an app that may not hand over,
 * `slow_down` after too many wrong codes), `signed_out`, `storage`, `unsupported_response`.
 */
export function deviceRequest(userCode: string, { settings, sessions }: Context): Promise<DeviceRequest> {
  return sessions.use(async (webNonce): Promise<DeviceRequest> => {
    const json = jsonOf(await ask({ user_code: userCode }, webNonce, settings))
    const known = {
      clientId: json.client_id,
      clientName: json.client_name,
      browser: json.browser,
      system: json.system,
      address: json.address,
      scope: json.scope,
    }
    const { numbers } = json
    return {
      kind: textOf(json, 'kind', /^(browser|device)$/) as DeviceRequest['kind'],
      ...Object.fromEntries(Object.entries(known).filter(([, value]) => typeof value === 'string')),
      sameNetwork: json.same_network === true,
      askedAt: new Date(textOf(json, 'asked_at', /^\d{4}-/)),
      ...(Array.isArray(numbers) && { numbers: numbers.map(String) }),
    }
  })
}

/**
 * Answers a request. Throws `invalid_argument` for a call without an answer, and as `deviceRequest` does,
 * with `invalid_grant` for another number than the browser shows: then it is denied.
 */
export async function approveDevice(
  userCode: string,
  { approve, number }: { approve: boolean; number?: string | undefined },
  { settings, sessions }: Context,
): Promise<void> {
  if (typeof approve !== 'boolean') throw new BatonError('invalid_argument', 'say approve: true or false')
  await sessions.use(async (webNonce) => {
    const form = { user_code: userCode, number, approve: approve ? 'yes' : 'no' }
    const answer = await ask(form, webNonce, settings)
    if (answer.status !== 204) throw refusal(answer)
  })
}

function ask(form: Record<string, string | undefined>, token: string, settings: Settings): Promise<Answer> {
  const url = `${settings.baton}/api/device`
  return authorized({ method: 'POST', url, token }, settings, (headers) =>
    send(url, { form, headers }, settings),
  )
}
