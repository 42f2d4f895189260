import { readWaiting } from '#lib/callers/waiting-cookie.ts'
import { sha256 } from '#lib/crypto/digest.ts'
import type { DeviceRequestState } from '#lib/db/device-requests.ts'
import { OAuthError } from '#lib/oauth/error.ts'
import { thisMoment, since as timeSince } from '#lib/oauth/moment.ts'
import type { Exchange } from '../endpoint.ts'
import { EventOutbox } from '../event-outbox.ts'

/** Milliseconds after which a state is told once more: pages take silence for a connection that is lost. */
const heartbeat = 15_000

/**
 * `GET /sign-in/another-device/events`: server-sent events that say how far the request of this browser has
 * come, at first, whenever that changes and as a sign of life; the last state ends them. Throws `not_found`
 * where it has none, and `slow_down`.
 */
export async function anotherDeviceEvents({ req, res, caller, runtime }: Exchange): Promise<void> {
  const waiting = await readWaiting(caller.header('cookie'), runtime.config)
  if (!waiting) throw new OAuthError('not_found', 'this browser waits for no other device')
  if (res.closed || req.destroyed) return
  const hash = sha256(waiting.secret)
  const outbox = new EventOutbox(res)
  let last: DeviceRequestState | undefined
  let told = thisMoment()
  const leave = runtime.requestWatch.enter(hash, (state) => {
    if (state === last && timeSince(told) < heartbeat) return
    last = state
    told = thisMoment()
    if (state === 'waiting' || state === 'opened') outbox.send(`data: ${state}\n\n`)
    else end(`data: ${state}\n\n`)
  })
  const end = (text?: string) => {
    leave()
    if (!res.writableEnded) res.end(text)
  }
  const stream = { breakOff: () => end(), leave: () => end() }
  const forget = runtime.streams.add(`device ${hash.toString('hex')}`, stream)
  res.once('close', () => {
    leave()
    forget()
  })
  res.writeHead(200, {
    'content-type': 'text/event-stream',
    'cache-control': 'no-store',
    'x-accel-buffering': 'no',
  })
  outbox.send('retry: 1000\n\n')
}
