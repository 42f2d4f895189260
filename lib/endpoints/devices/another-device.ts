import { tellEvents } from '#lib/audit/tell-events.ts'
import { deviceOf } from '#lib/callers/device.ts'
import { keepPageProof, readPageProof } from '#lib/callers/page-proof-cookie.ts'
import { standingSession } from '#lib/callers/standing-session.ts'
import { forgetWaiting, keepWaiting, readWaiting, type Waiting } from '#lib/callers/waiting-cookie.ts'
import { sha256 } from '#lib/crypto/digest.ts'
import {
  type DeviceRequestState,
  findDeviceRequests,
  withdrawDeviceRequest,
} from '#lib/db/device-requests.ts'
import { askAsBrowser } from '#lib/devices/ask.ts'
import { shownUserCode } from '#lib/devices/user-code.ts'
import { openHandoff } from '#lib/handoff/open-handoff.ts'
import { ownPath } from '#lib/http/own-path.ts'
import { countDeviceRequest, giveBackSignIn } from '#lib/limits/device-requests.ts'
import type { Runtime } from '#lib/runtime.ts'
import { type Answer, type Call, json } from '../endpoint.ts'
import { seeOther } from '../leave-for.ts'
import { pageAnswer } from '../show-page.ts'

const page = '/sign-in/another-device'

/**
 * `POST /sign-in/another-device`: has this browser ask to be signed in by another device, in place of what it
 * asked before; `answer=cancel` withdraws that. Throws `slow_down` and `temporarily_unavailable`.
 */
export async function askAnotherDevice({ caller, form }: Call, runtime: Runtime): Promise<Answer> {
  const { callbackUrl = '/', answer } = await form()
  const { db, config, trustedProxies } = runtime
  const goOn = ownPath(callbackUrl, config.url) ?? '/'
  const earlier = await readWaiting(caller.header('cookie'), config)
  if (answer === 'cancel') {
    await withdraw(earlier, runtime)
    return seeOther(`/sign-in?${new URLSearchParams({ callbackUrl: goOn })}`, [forgetWaiting(config)])
  }
  await countDeviceRequest(caller, runtime)
  await withdraw(earlier, runtime)
  const asked = await askAsBrowser(deviceOf(caller, trustedProxies), goOn, { db })
  return seeOther(page, [await keepWaiting({ ...asked, goOn }, config)])
}

/**
 * `GET /sign-in/another-device`: the code of this browser's own request, and how far that has come. Once it
 * is approved, leads to the page that says who has approved it.
 */
export async function anotherDevicePage({ caller }: Call, runtime: Runtime): Promise<Answer> {
  const { config } = runtime
  const waiting = await readWaiting(caller.header('cookie'), config)
  if (!waiting) return seeOther('/sign-in', [])
  const { state, number } = await requestOf(waiting, runtime)
  const handoff = state === 'approved' ? await goToHandoff(waiting, caller, runtime) : undefined
  if (handoff) return handoff
  const address = `${config.url}/device`
  const userCode = shownUserCode(waiting.userCode)
  const view = {
    state: state === 'approved' ? ('expired' as const) : state,
    page: address,
    complete: `${address}?${new URLSearchParams({ user_code: userCode })}`,
    userCode,
    number,
    goOn: waiting.goOn,
  }
  return pageAnswer({ name: 'another-device', view }, runtime)
}

/** `GET /sign-in/another-device/state`: how far that has come, for a page that gets no events. */
export async function anotherDeviceState({ caller }: Call, runtime: Runtime): Promise<Answer> {
  const waiting = await readWaiting(caller.header('cookie'), runtime.config)
  return json({ state: waiting ? (await requestOf(waiting, runtime)).state : 'expired' })
}

async function withdraw(waiting: Waiting | undefined, runtime: Runtime): Promise<void> {
  if (waiting) tellEvents(await withdrawDeviceRequest(runtime.db, sha256(waiting.secret)), runtime)
}

async function requestOf(
  { secret }: Waiting,
  { db }: Pick<Runtime, 'db'>,
): Promise<{ state: DeviceRequestState; number: string | null }> {
  const hash = sha256(secret)
  const found = (await findDeviceRequests(db, [hash])).get(hash.toString('hex'))
  return found ?? { state: 'expired', number: null }
}

// From here on the request is a hand-off like any other: its nonce is the secret of this browser, which has
// never been in an address.
async function goToHandoff(
  { secret: nonce }: Waiting,
  caller: Call['caller'],
  runtime: Runtime,
): Promise<Answer | undefined> {
  const { config, trustedProxies } = runtime
  const cookie = caller.header('cookie')
  const proof = await readPageProof(cookie, sha256(nonce), config)
  const standing = await standingSession({ headers: { cookie } }, runtime)
  const look = { standingUserId: standing?.user.id, device: deviceOf(caller, trustedProxies) }
  const seen = await openHandoff({ nonce, proof }, look, runtime)
  if (!seen) return undefined
  if (seen.events.length > 0) await giveBackSignIn(caller, runtime)
  const approved = { ...seen.proof, hasAsked: true }
  return seeOther('/handoff', [...(await keepPageProof(approved, cookie, config)), forgetWaiting(config)])
}
