import { readWaiting } from '#lib/callers/waiting-cookie.ts'
import { sha256 } from '#lib/crypto/digest.ts'
import type { DeviceRequestState } from '#lib/db/device-requests.ts'
import { OAuthError } from '#lib/oauth/error.ts'
import { thisMoment, since as timeSince } from '#lib/oauth/moment.ts'
import type { Exchange } from '../endpoint.ts'

/** Milliseconds between signs of life. */
const heartbeat = 15_000

/**
 * `GET /sign-in/another-device/events`: server-sent events that say how far the request of this browser has
 * come, at first and whenever that changes. Throws `not_found` where it has none, and `slow_down`.
 */
export async function anotherDeviceEvents({ req, res, caller, runtime }: Exchange): Promise<void> {
  const waiting = await readWaiting(caller.header('cookie'), runtime.config)
  if (!waiting) throw new OAuthError('not_found', 'this browser waits for no other device')
  if (res.closed || req.destroyed) return
  const hash = sha256(waiting.secret)
  let [last, beat]: [DeviceRequestState | undefined, ReturnType<typeof thisMoment>] = [
    undefined,
    thisMoment(),
  ]
  const leave = runtime.requestWatch.enter(hash, (state) => {
    if (state === last && timeSince(beat) < heartbeat) return
    res.write(state === last ? ':\n\n' : `data: ${state}\n\n`)
    last = state
    beat = thisMoment()
  })
  const end = () => {
    leave()
    if (!res.writableEnded) res.end()
  }
  const forget = runtime.streams.add(`device ${hash.toString('hex')}`, { breakOff: end, leave: end })
  res.once('close', () => {
    leave()
    forget()
  })
  res.writeHead(200, {
    'content-type': 'text/event-stream',
    'cache-control': 'no-store',
    'x-accel-buffering': 'no',
  })
  res.write('retry: 1000\n\n')
}
