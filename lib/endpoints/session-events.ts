import { appToken } from '#lib/callers/app-token.ts'
import { authenticate } from '#lib/callers/authenticate.ts'
import { parameters } from '#lib/http/form.ts'
import { OAuthError } from '#lib/oauth/error.ts'
import { thisMoment, since as timeSince } from '#lib/oauth/moment.ts'
import { reachOf } from '#lib/sessions/own-sessions.ts'
import { whileLive } from '#lib/sessions/while-live.ts'
import type { Exchange } from './endpoint.ts'
import { EventOutbox } from './event-outbox.ts'

/** Milliseconds between signs of life. */
const heartbeat = 15_000

/**
 * `GET /api/sessions/events`: server-sent events that say `changed` when the caller's person has another set
 * of sessions, or a hand-off of theirs has gone on. The id of an event is a mark of what there is then: a
 * page that was made at a mark asks from there on (`since`, or `Last-Event-ID`), and misses nothing. Says
 * `ended` when the caller's own session ends. Takes the session of a browser alone: throws `access_denied`
 * for a bearer token, `slow_down`, and what `authenticate` throws.
 */
export async function sessionEvents({ req, res, caller, search, runtime }: Exchange): Promise<void> {
  if (appToken(caller)) throw new OAuthError('access_denied', "these events are for pages of Baton's own")
  const { session } = await authenticate(caller, runtime)
  const { since } = parameters(new URLSearchParams(search))
  const mark = caller.header('last-event-id') || since
  if (res.closed || req.destroyed) return
  const outbox = new EventOutbox(res)
  let beat = thisMoment()
  const send = (text: string) => {
    beat = thisMoment()
    outbox.send(text)
  }
  const leave = runtime.sessionWatch.enter(reachOf(session), {
    mark,
    changed: (now) => send(`id: ${now}\ndata: changed\n\n`),
    looked: () => timeSince(beat) >= heartbeat && send(':\n\n'),
  })
  res.writeHead(200, {
    'content-type': 'text/event-stream',
    'cache-control': 'no-store',
    'x-accel-buffering': 'no',
  })
  outbox.send('retry: 1000\n\n')
  const end = (last?: string) => {
    leave()
    if (!res.writableEnded) res.end(last)
  }
  const stream = { breakOff: () => end('data: ended\n\n'), leave: () => end() }
  const forget = whileLive(session, stream, runtime)
  res.once('close', () => {
    leave()
    forget()
  })
}
