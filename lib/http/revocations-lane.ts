import { timingSafeEqual } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { sha256 } from '#lib/crypto/digest.ts'
import { findEndedSince } from '#lib/db/revocations.ts'
import { OAuthError } from '#lib/oauth/error.ts'
import type { Runtime } from '#lib/runtime.ts'
import { sendError } from './error-answer.ts'

/** Milliseconds between signs of life, by which a resource server knows that it would hear of a revocation. */
const heartbeat = 2_000
/** Milliseconds that a resumed stream reaches back before its cursor: what was written then may have become visible since. */
const overlap = 30_000
/** Milliseconds after which the rows of ended sessions go; who was away longer cannot be told what was missed. */
const longestAbsence = 23 * 3600_000
/** Events that are written at once, and that may wait for a reader before it is cut off, to come again. */
const atOnce = 500
const mostWaiting = 500_000

/**
 * `GET /api/revocations`: server-sent events for resource servers, one for each session that has ended, whichever instance ended it; resumed by
 * `Last-Event-ID`, so that a connection that was lost loses none. Ends when this process loses its database, as silence would be taken
 * for good news. Returns `false` for anything else.
 */
export async function revocationsLane(
  req: IncomingMessage,
  res: ServerResponse,
  runtime: Runtime,
): Promise<boolean> {
  if (req.url?.split('?', 1)[0] !== '/api/revocations') return false
  try {
    if (req.method !== 'GET') throw new OAuthError('method_not_allowed', 'use GET', { allow: ['GET'] })
    requireResourceServer(req, runtime)
    await stream(req, res, runtime)
  } catch (error) {
    sendError(res, error, runtime.log)
  }
  return true
}

async function stream(req: IncomingMessage, res: ServerResponse, runtime: Runtime): Promise<void> {
  const { events } = runtime.revocations
  const feed = new Outbox(res)
  // Listens before it looks back: what ends in between is told, at worst twice.
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
  // Until all of it has been told the cursor stays where it was: a connection that breaks meanwhile begins there again.
  feed.send(missed.ended.map((sid) => eventOf(sid, missed.since)))
  feed.send(early.flat().map((sid) => eventOf(sid, missed.since)))
  feed.send([`id: ${missed.now}\n\n: ready\n\n`])

  const tell = (sids: string[]) => feed.send(sids.map((sid) => eventOf(sid, runtime.revocations.cursor)))
  // A sign of life only while the database answers: silence is what tells that nothing can be known.
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

/** What waits to be read by a subscriber, sent as fast as that one reads. */
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
    throw new OAuthError('temporarily_unavailable', 'revocations cannot be known just now')
  const now = revocations.cursor
  const nothing = { ended: [], since: now, now }
  if (lastEventId === undefined || lastEventId === '') return { ...nothing, isTooOld: false }
  const since = /^\d{1,15}$/.test(String(lastEventId)) ? Math.min(Number(lastEventId), now) : Number.NaN
  if (!(now - since < longestAbsence)) return { ...nothing, isTooOld: true }
  return { ended: await findEndedSince(db, since - overlap), since, now, isTooOld: false }
}

// RFC 6749, section 2.3.1.
function requireResourceServer({ headers }: IncomingMessage, { config }: Runtime): void {
  const [scheme = '', encoded = ''] = (headers.authorization ?? '').split(/ +/)
  const [id, secret] = scheme.toLowerCase() === 'basic' ? credentialsIn(encoded) : []
  const client = config.clients.find(({ client_id }) => client_id === id)
  const { client_secret: expected } = client ?? {}
  if (!client || !expected || !timingSafeEqual(sha256(expected), sha256(secret ?? '')))
    throw new OAuthError('invalid_client', 'authenticate as a resource server, by client_secret_basic')
  if (!config.clients.some(({ resource_servers }) => resource_servers.includes(client.client_id)))
    throw new OAuthError('unauthorized_client', 'no app lists this client among its resource servers')
}

function credentialsIn(encoded: string): (string | undefined)[] {
  const text = Buffer.from(encoded, 'base64').toString('utf8')
  const colon = text.indexOf(':')
  if (colon < 0) return []
  return [text.slice(0, colon), text.slice(colon + 1)].map(
    (part) => new URLSearchParams(`_=${part}`).get('_') ?? '',
  )
}
