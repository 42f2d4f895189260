import type { ServerResponse } from 'node:http'
import { authenticateClient } from '#lib/callers/client-secret-basic.ts'
import type { Config } from '#lib/config/load.ts'
import { findEndedSince } from '#lib/db/revocations.ts'
import { OAuthError } from '#lib/oauth/error.ts'
import type { Runtime } from '#lib/runtime.ts'
import type { Exchange } from './endpoint.ts'

/**
 * Milliseconds between signs of life, by which a resource server knows that it would hear of a revocation.
 */
const heartbeat = 2_000
/**
 * Milliseconds that a resumed stream reaches back before its cursor: rows written then may have become
 * visible since.
 */
const overlap = 30_000
/** Milliseconds until the rows of ended sessions are removed; a longer absence cannot be made up for. */
const longestAbsence = 23 * 3600_000
/** Events that are written at once, and that may wait for a slow reader before its connection is closed. */
const atOnce = 500
const mostWaiting = 500_000

/**
 * `GET /api/revocations`: server-sent events for resource servers, one for each session that has ended,
 * whichever instance ended it; resumed by `Last-Event-ID`, so that a lost connection loses no event. Ends
 * when this process loses its database, as silence would be taken for good news. Throws `invalid_client`,
 * `unauthorized_client`, and `temporarily_unavailable` while the database is away.
 */
export async function revocations({ req, res, runtime }: Exchange): Promise<void> {
  requireResourceServer(req.headers.authorization, runtime.config)
  const { events } = runtime.revocations
  const feed = new Outbox(res)
  // Subscribes before it reads the past: an event may be sent twice, but never missed.
  const early: string[][] = []
  const note = (sids: string[]) => void early.push(sids)
  events.on('ended', note)
  res.once('close', () => events.off('ended', note))
  const missed = await missedSince(req.headers['last-event-id'], runtime)
  if (res.closed) return

  res.writeHead(200, {
    'content-type': 'text/event-stream',
    'cache-control': 'no-store',
    'x-accel-buffering': 'no',
  })
  feed.send(['retry: 1000\n\n'])
  if (missed.isTooOld) feed.send([`id: ${missed.now}\nevent: reset\ndata: {}\n\n`])
  // Keeps the old cursor until all of this is sent, so that a broken connection resumes there.
  feed.send(missed.ended.map((sid) => eventOf(sid, missed.since)))
  feed.send(early.flat().map((sid) => eventOf(sid, missed.since)))
  feed.send([`id: ${missed.now}\n\n: ready\n\n`])

  const tell = (sids: string[]) => feed.send(sids.map((sid) => eventOf(sid, runtime.revocations.cursor)))
  // A sign of life only while the database answers: silence means that nobody knows what has ended.
  let last = Date.now()
  const beat = () => {
    if (Math.abs(Date.now() - last) < heartbeat) return
    last = Date.now()
    feed.send([`id: ${runtime.revocations.cursor}\n\n`])
  }
  const end = () => {
    events.off('ended', tell).off('looked', beat).off('away', end)
    res.destroy()
  }
  events.off('ended', note).on('ended', tell).on('looked', beat).on('away', end)
  res.once('close', end)
}

function eventOf(sid: string, cursor: number): string {
  return `id: ${cursor}\ndata: ${JSON.stringify({ sid })}\n\n`
}

/** Events that wait for a subscriber, sent as fast as it reads. */
class Outbox {
  readonly #res: ServerResponse
  #waiting: string[] = []

  constructor(res: ServerResponse) {
    this.#res = res
    res.on('drain', () => this.#flush())
  }

  send(blocks: string[]): void {
    this.#waiting = this.#waiting.concat(blocks)
    if (this.#waiting.length > mostWaiting) this.#res.destroy()
    else if (!this.#res.writableNeedDrain) this.#flush()
  }

  #flush(): void {
    while (this.#waiting.length > 0 && !this.#res.destroyed && !this.#res.writableEnded)
      if (!this.#res.write(this.#waiting.splice(0, atOnce).join(''))) return
  }
}

type Missed = {
  ended: string[]
  /** Where the reader is, and where it will be when it has been told: cursors of the feed. */
  since: number
  now: number
  isTooOld: boolean
}

async function missedSince(
  lastEventId: string | string[] | undefined,
  { db, revocations }: Runtime,
): Promise<Missed> {
  await revocations.look()
  if (revocations.isAway)
    throw new OAuthError('temporarily_unavailable', 'the database cannot be reached; try again')
  const now = revocations.cursor
  const nothing = { ended: [], since: now, now }
  if (lastEventId === undefined || lastEventId === '') return { ...nothing, isTooOld: false }
  const since = /^\d{1,15}$/.test(String(lastEventId)) ? Math.min(Number(lastEventId), now) : Number.NaN
  if (!(now - since < longestAbsence)) return { ...nothing, isTooOld: true }
  return { ended: await findEndedSince(db, since - overlap), since, now, isTooOld: false }
}

function requireResourceServer(authorization: string | undefined, config: Config): void {
  const { client_id } = authenticateClient(authorization, config)
  if (!config.clients.some(({ resource_servers }) => resource_servers.includes(client_id)))
    throw new OAuthError('unauthorized_client', 'no app lists this client among its resource servers')
}
