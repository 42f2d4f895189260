import { endOf } from '#lib/db/alive.ts'
import type { LiveSession } from '#lib/db/sessions.ts'
import { type LiveSessionNeeds, liveSession } from './live-session.ts'
import type { OpenStream, OpenStreams } from './open-streams.ts'

/**
 * The shortest and the longest time until a stream's session is looked at again, in milliseconds. Node's
 * timers hold no more.
 */
const shortestTimer = 1_000
const longestTimer = 2 ** 31 - 1

export type WhileLiveNeeds = LiveSessionNeeds & { streams: OpenStreams }

/**
 * Breaks a stream off when its session ends, by a revocation on any instance or by its idle timeout. Returns
 * the function to call when the stream has ended by itself.
 */
export function whileLive(session: LiveSession, stream: OpenStream, needs: WhileLiveNeeds): () => void {
  let timer: NodeJS.Timeout | undefined
  let isOver = false
  const forget = needs.streams.add(session.id, stream)
  const look = () =>
    Promise.try(liveSession, session.id, needs, { isUse: false }).then(
      (now) => (now ? wait(now) : isOver || stream.breakOff()),
      // Unknown while the database is unreachable; the feed ends the stream if that lasts.
      () => wait(session),
    )
  const wait = (alive: LiveSession) => {
    if (isOver) return
    clearTimeout(timer)
    timer = setTimeout(look, Math.min(Math.max(endOf(alive) - Date.now(), shortestTimer), longestTimer))
    timer.unref()
  }
  // The session may have ended after it was looked up, before there was a stream to break off.
  void look()
  return () => {
    isOver = true
    clearTimeout(timer)
    forget()
  }
}
