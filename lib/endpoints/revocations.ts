import type { Caller } from '#lib/callers/caller.ts'
import { authenticateClient } from '#lib/callers/client-secret-basic.ts'
import type { Client } from '#lib/config/clients.ts'
import { endedSince } from '#lib/db/revocations.ts'
import { addressKey } from '#lib/limits/address-key.ts'
import { OAuthError } from '#lib/oauth/error.ts'
import type { Runtime } from '#lib/runtime.ts'
import { noteRequest } from '#lib/telemetry/request-record.ts'
import type { Exchange } from './endpoint.ts'
import { EventOutbox } from './event-outbox.ts'

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

/**
 * `GET /api/revocations`: server-sent events for resource servers, one for each session that has ended,
 * whichever instance ended it; resumed by `Last-Event-ID`, so that a lost connection loses no event. Ends
 * when this process loses its database, as silence would be taken for good news. Throws `invalid_client`,
 * `unauthorized_client`, `slow_down`, and `temporarily_unavailable` while the database is away.
 */
export async function revocations({ req, res, caller, runtime }: Exchange): Promise<void> {
  const { client_id } = await requireResourceServer(caller, runtime)
  const { events, readers } = runtime.revocations
  if (res.closed) return
  res.once('close', readers.enter(client_id))
  // Subscribes before it reads the past: an event may be sent twice, but never missed.
  const early: string[][] = []
  const note = (sids: string[]) => void early.push(sids)
  events.on('ended', note)
  res.once('close', () => events.off('ended', note))
  const missed = await missedSince(req.headers['last-event-id'], runtime)
  if (res.closed) return

  noteRequest({ isStream: true })
  res.writeHead(200, {
    'content-type': 'text/event-stream',
    'cache-control': 'no-store',
    'x-accel-buffering': 'no',
  })
  const outbox = new EventOutbox(res)
  // Keeps the old cursor until the past is sent, so that a broken connection resumes there.
  let isReady = false
  const cursor = () => (isReady ? runtime.revocations.cursor : missed.since)
  const tell = (sids: string[]) => outbox.send(eventsOf(sids, cursor()), sids.length)
  // A sign of life only while the database answers: silence means that nobody knows what has ended.
  let last = Date.now()
  const beat = () => {
    if (Math.abs(Date.now() - last) < heartbeat) return
    last = Date.now()
    outbox.send(`id: ${cursor()}\n\n`)
  }
  const end = () => {
    events.off('ended', tell).off('looked', beat).off('away', end)
    if (runtime.leaving.signal.aborted) res.end()
    else res.destroy()
  }
  events.off('ended', note).on('ended', tell).on('looked', beat).on('away', end)
  res.once('close', end)
  if (runtime.revocations.hasLeft) return end()

  outbox.send('retry: 1000\n\n')
  if (missed.isTooOld) outbox.send(`id: ${missed.now}\nevent: reset\ndata: {}\n\n`)
  for (const sids of early) tell(sids)
  for await (const sids of missed.ended) {
    tell(sids)
    // The past may be a day of endings: it is read as fast as it is sent.
    await outbox.emptied()
    if (res.closed) return
  }
  isReady = true
  outbox.send(`id: ${missed.now}\n\n: ready\n\n`)
}

const texts = new WeakMap<readonly string[], { cursor: number; text: string }>()

// All streams are told the same batch, and most have the same cursor: its text is made once.
function eventsOf(sids: readonly string[], cursor: number): string {
  const made = texts.get(sids)
  if (made?.cursor === cursor) return made.text
  const text = sids.map((sid) => `id: ${cursor}\ndata: ${JSON.stringify({ sid })}\n\n`).join('')
  texts.set(sids, { cursor, text })
  return text
}

type Missed = {
  /** Batches of sessions. */
  ended: AsyncIterable<string[]> | []
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
  const nothing: Omit<Missed, 'isTooOld'> = { ended: [], since: now, now }
  if (lastEventId === undefined || lastEventId === '') return { ...nothing, isTooOld: false }
  const since = /^\d{1,15}$/.test(String(lastEventId)) ? Math.min(Number(lastEventId), now) : Number.NaN
  if (!(now - since < longestAbsence)) return { ...nothing, isTooOld: true }
  return { ended: endedSince(db, since - overlap), since, now, isTooOld: false }
}

async function requireResourceServer(caller: Caller, runtime: Runtime): Promise<Client> {
  const address = addressKey(caller, runtime.trustedProxies)
  const client = await authenticateClient(caller.header('authorization'), address, runtime)
  if (!runtime.config.clients.some(({ resource_servers }) => resource_servers.includes(client.client_id)))
    throw new OAuthError('unauthorized_client', 'no app lists this client among its resource servers')
  return client
}
