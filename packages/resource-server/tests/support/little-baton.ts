import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import { text } from 'node:stream/consumers'
import { freePort } from '../../../../tests/support/free-port.ts'
import type { SigningKey } from './keys.ts'
import { listen } from './listen.ts'

export const clientId = 'api:one'
export const clientSecret = 'a secret+with %signs'
const expectedAuthorization = `Basic ${Buffer.from('api%3Aone:a+secret%2Bwith+%25signs').toString('base64')}`

type Session = Record<string, unknown>

/** Starts the part of Baton that a resource server uses: metadata, keys, introspection and the feed. */
export async function startLittleBaton({
  keys = [] as SigningKey[],
  feedStatus = 200,
  lostAfter = Infinity,
} = {}) {
  const sessions = new Map<string, Session>()
  const revocations: string[] = []
  const feeds = new Set<ServerResponse>()
  const seen = { introspections: 0, authorizations: [] as unknown[], lastEventIds: [] as unknown[], keys: 0 }
  const answers = {
    cacheControl: 'private, max-age=5',
    /** Replaces the normal answer. */
    introspection: undefined as
      | { status: number; body: string; headers?: Record<string, string> }
      | undefined,
    metadata: undefined as object | string | undefined,
    keys: undefined as { status: number; body: string } | undefined,
    feedStatus,
    /** Whether a feed sends its cursor at the start. */
    cursor: true,
    feedType: 'text/event-stream',
    feedLocation: undefined as string | undefined,
    /** Whether a feed sends `ready` at the start. */
    ready: true,
  }
  let held: { answer: Promise<void>; release: () => void } | undefined

  function json(res: ServerResponse, status: number, body: unknown, headers: Record<string, string> = {}) {
    res.writeHead(status, { 'content-type': 'application/json', ...headers })
    res.end(typeof body === 'string' ? body : JSON.stringify(body))
  }

  async function introspect(req: IncomingMessage, res: ServerResponse) {
    seen.introspections++
    const token = new URLSearchParams(await text(req)).get('token') ?? ''
    if (req.headers.authorization !== expectedAuthorization)
      return json(res, 401, { error: 'invalid_client' })
    const special = answers.introspection
    const session = sessions.get(token)
    await held?.answer
    if (special) return json(res, special.status, special.body, special.headers)
    if (!session) return json(res, 200, { active: false }, { 'cache-control': 'no-store' })
    json(res, 200, { active: true, ...session }, { 'cache-control': answers.cacheControl })
  }

  function feed(req: IncomingMessage, res: ServerResponse) {
    const lastEventId = req.headers['last-event-id']
    seen.lastEventIds.push(lastEventId)
    if (answers.feedLocation) return json(res, 307, {}, { location: answers.feedLocation })
    if (answers.feedStatus !== 200) return json(res, answers.feedStatus, { error: 'refused' })
    res.writeHead(200, { 'content-type': answers.feedType, 'cache-control': 'no-store' })
    if (answers.cursor) res.write(`id: ${lastEventId ?? revocations.length}\n\n`)
    if (lastEventId !== undefined && Number(lastEventId) < revocations.length - lostAfter)
      res.write(`event: reset\nid: ${revocations.length}\ndata: {}\n\n`)
    else if (lastEventId !== undefined)
      for (let cursor = Number(lastEventId); cursor < revocations.length; cursor++) res.write(event(cursor))
    if (answers.ready) res.write(': ready\n\n')
    feeds.add(res)
    res.once('close', () => feeds.delete(res))
  }

  const event = (cursor: number) =>
    `id: ${cursor + 1}\ndata: ${JSON.stringify({ sid: revocations[cursor] })}\n\n`

  const listener: RequestListener = (req, res) => {
    const url = `http://${req.headers.host}`
    const issuer = `${url}/oidc`
    if (req.url === '/oidc/introspect' && req.method === 'POST') return void introspect(req, res)
    if (req.url === '/api/revocations' && req.headers.accept === 'text/event-stream') {
      seen.authorizations.push(req.headers.authorization)
      return feed(req, res)
    }
    if (req.url === '/oidc/.well-known/openid-configuration')
      return json(res, 200, answers.metadata ?? { issuer, jwks_uri: `${issuer}/jwks` })
    if (req.url === '/oidc/jwks') {
      seen.keys++
      const { status, body } = answers.keys ?? { status: 200, body: { keys: keys.map(({ jwk }) => jwk) } }
      return json(res, status, body)
    }
    json(res, 404, { error: 'not_found' })
  }

  // Nobody else gets the port while it is switched off.
  const port = await freePort()
  let server: Awaited<ReturnType<typeof listen>> | undefined = await listen(listener, port)
  const { url } = server
  return {
    url,
    issuer: `${url}/oidc`,
    seen,
    answers,
    expectedAuthorization,
    /** Creates a live session with this web nonce. */
    signIn(webNonce: string, more: Session = {}) {
      const now = Math.floor(Date.now() / 1000)
      sessions.set(webNonce, {
        sub: 'person-1',
        client_id: 'app',
        iss: `${url}/oidc`,
        sid: 'session-1',
        auth_time: now - 60,
        iat: now,
        exp: now + 1800,
        token_type: 'Bearer',
        username: 'Demo User',
        ...more,
      })
    },
    /** Removes a session without an event in the feed. */
    forget(webNonce: string) {
      sessions.delete(webNonce)
    },
    /** Ends sessions; the feed reports them, now or when it is connected again. */
    revoke(sid: string) {
      for (const [webNonce, session] of sessions) if (session.sid === sid) sessions.delete(webNonce)
      revocations.push(sid)
      for (const feed of feeds) feed.write(event(revocations.length - 1))
    },
    /** Writes raw text to every open feed. */
    say(words: string) {
      for (const feed of feeds) feed.write(words)
    },
    cutFeeds() {
      for (const feed of feeds) feed.destroy()
    },
    get openFeeds() {
      return feeds.size
    },
    /** From now on, introspection holds each answer, as of the time of the request, until it is released. */
    holdAnswers() {
      let release = () => {}
      const answer = new Promise<void>((resolve) => {
        release = resolve
      })
      held = { answer, release }
      return () => {
        held = undefined
        release()
      }
    },
    async switchOff() {
      const running = server
      server = undefined
      await running?.close()
    },
    async switchOn() {
      server ??= await listen(listener, port)
    },
  }
}

export type LittleBaton = Awaited<ReturnType<typeof startLittleBaton>>
