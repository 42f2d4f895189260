import type { ServerResponse } from 'node:http'
import { expect } from 'vitest'
import { expectRefusal } from '../../support/clients/refusal.ts'
import { fullConfig } from '../../support/full-config.ts'
import { listen } from '../../support/partners.ts'
import type { Setup } from '../../support/stage.ts'
import { perFile } from '../../support/test.ts'
import { test as base, basic } from '../../support/test-apps.ts'

const path = '/api/revocations'
const backend = { authorization: basic('demo-backend', 'demo-backend-secret') }

const test = base
  /** A backend whose calls are under way until a test answers them. */
  .extend('held', perFile, ({ closing }) => {
    const calls: ServerResponse[] = []
    return closing(listen((_, response) => calls.push(response)).then((server) => ({ ...server, calls })))
  })
  .extend(
    'setup',
    perFile,
    ({ held: { url } }): Setup => ({
      config: (partners) =>
        fullConfig(partners, {
          backends: [
            partners.backendOfBoth,
            { name: 'held', url, token: 'baton', audience: partners.backendUrl },
          ],
        }),
    }),
  )
  /** Opens the feed and reads it: what came so far. */
  .extend('listenTo', ({ baton }) => async (headers: Record<string, string> = {}) => {
    const leave = new AbortController()
    const answer = await fetch(`${baton.url}${path}`, {
      headers: { ...backend, ...headers },
      signal: leave.signal,
    })
    let text = ''
    const read = (async () => {
      for await (const chunk of answer.body?.pipeThrough(new TextDecoderStream()) ?? []) text += chunk
    })().catch(() => {})
    return {
      answer,
      /** Resolves when the server ends it. */
      ended: read,
      text: () => text,
      sids: () => [...text.matchAll(/^data: \{"sid":"([^"]+)"\}$/gm)].map(([, sid]) => sid),
      lastId: () => [...text.matchAll(/^id: (\d+)$/gm)].at(-1)?.[1] ?? '',
      async leave() {
        leave.abort()
        await read
      },
    }
  })
  .extend('endedSession', ({ app }) => async (): Promise<string> => {
    const webNonce = await app.webNonce()
    const { sid } = (await (await app.introspect(webNonce)).json()) as { sid: string }
    await app.revoke(webNonce)
    return sid
  })

test('the feed names each session that ended once: of apps, of browsers, and of their hand-offs', async ({
  listenTo,
  signedIn,
  newcomer,
  endedSession,
}) => {
  const feed = await listenTo()
  expect(feed.answer.headers.get('content-type')).toBe('text/event-stream')
  expect(feed.answer.headers.get('cache-control')).toBe('no-store')
  await expect.poll(feed.text).toContain(': ready')
  const person = await signedIn()
  const child = newcomer()
  const { nonce } = await person.askForNonce()
  await child.request(`/handoff?nonce=${nonce}`)
  await child.redeem(nonce)
  const sids = [(await person.session())?.sid, (await child.session())?.sid, await endedSession()]
  await person.signOut()
  await expect.poll(() => feed.sids().toSorted()).toEqual(sids.toSorted())
  // The feed reads the same rows again, and must not send them again.
  await new Promise((resolve) => setTimeout(resolve, 1200))
  expect(feed.sids()).toHaveLength(3)
  await feed.leave()
})

test('the feed names a session that another instance ended in the database', async ({
  listenTo,
  signedIn,
  sql,
}) => {
  const feed = await listenTo()
  await expect.poll(feed.text).toContain(': ready')
  const person = await signedIn()
  const sid = (await person.session())?.sid
  await sql('UPDATE sessions SET ended_at = now() WHERE id = $1', [sid])
  await expect.poll(feed.sids).toContain(sid)
  await feed.leave()
})

const secondsAgo = (seconds: number) => String(Date.now() - seconds * 1000)

test('a connection that was lost goes on from its last id and misses no revocation', async ({
  endedSession,
  sql,
  listenTo,
}) => {
  const missed = [await endedSession(), await endedSession()]
  await sql(`UPDATE sessions SET ended_at = now() - interval '90 seconds' WHERE id = ANY($1)`, [missed])
  const again = await listenTo({ 'last-event-id': secondsAgo(180) })
  await expect.poll(again.text).toContain(': ready')
  expect(again.text().split(': ready')[0]).toContain(missed[0])
  expect(again.sids()).toEqual(expect.arrayContaining(missed))
  await again.leave()
  const later = await listenTo({ 'last-event-id': secondsAgo(10) })
  await expect.poll(later.text).toContain(': ready')
  expect(later.sids().filter((sid) => missed.includes(sid as string))).toEqual([])
  await later.leave()
})

test('the id stays until all missed revocations are sent, so a second cut loses nothing', async ({
  endedSession,
  listenTo,
}) => {
  await endedSession()
  const since = secondsAgo(180)
  const feed = await listenTo({ 'last-event-id': since })
  await expect.poll(feed.text).toContain(': ready')
  const [told = '', rest = ''] = feed.text().split(/id: \d+\n\n: ready/)
  expect(rest).toBeDefined()
  const ids = [...told.matchAll(/^id: (\d+)$/gm)].map(([, id]) => id)
  expect(ids.length).toBeGreaterThan(0)
  expect(new Set(ids)).toEqual(new Set([since]))
  expect(Number(feed.lastId())).toBeGreaterThan(Number(since))
  await feed.leave()
})

test('a resource server has 16 streams at once, and a closed one makes room', async ({ baton, listenTo }) => {
  const feeds = await Promise.all(Array.from({ length: 16 }, () => listenTo()))
  for (const feed of feeds) await expect.poll(feed.text).toContain(': ready')
  const ask = () => fetch(`${baton.url}${path}`, { headers: backend })
  const refused = await ask()
  expect(refused.headers.get('retry-after')).toBe('5')
  await expectRefusal(refused, 429, 'slow_down')
  await feeds[0]?.leave()
  await expect
    .poll(async () => {
      const { status, body } = await ask()
      await body?.cancel()
      return status
    })
    .toBe(200)
  await Promise.all(feeds.map((feed) => feed.leave()))
})

test('20,000 missed revocations are sent as fast as the caller reads them', async ({
  sql,
  listenTo,
  endedSession,
}) => {
  const [user] = await sql<{ id: string }>('SELECT id FROM users LIMIT 1')
  await sql(
    `INSERT INTO sessions (id, kind, user_id, amr, auth_time, expires_at, ended_at)
     SELECT gen_random_uuid(), 'browser', $1, '{}', now(), now() + interval '1 day',
       now() - interval '10 minutes'
     FROM generate_series(1, 20000)`,
    [user?.id],
  )
  const feed = await listenTo({ 'last-event-id': secondsAgo(900) })
  await expect.poll(feed.text).toContain(': ready')
  // They ended at one moment: only their ids tell where a page of them ends.
  const ended = await sql<{ id: string }>(
    `SELECT id FROM sessions
     WHERE ended_at BETWEEN now() - interval '14 minutes' AND now() - interval '9 minutes'`,
  )
  expect(ended.length).toBeGreaterThanOrEqual(20_000)
  const told = new Set(feed.sids())
  expect(ended.filter(({ id }) => !told.has(id))).toEqual([])
  const sid = await endedSession()
  await expect.poll(feed.sids).toContain(sid)
  await feed.leave()
})

test.for([
  ['too old', String(Date.now() - 25 * 3600_000)],
  ['no id of ours', 'x'],
] as const)(
  'with an id that is %s the resource server is told to drop its cache',
  async ([, lastEventId], { listenTo }) => {
    const feed = await listenTo({ 'last-event-id': lastEventId })
    await expect.poll(feed.text).toContain(': ready')
    expect(feed.text()).toMatch(/id: \d+\nevent: reset\ndata: \{\}\n\n/)
    await feed.leave()
  },
)

test('the feed sends a heartbeat with the id to go on from', async ({ listenTo }) => {
  const feed = await listenTo()
  await expect.poll(() => feed.text().split('id: ').length).toBeGreaterThan(3)
  await feed.leave()
})

test.for<[string, Record<string, string>, number, string]>([
  ['nobody', { authorization: '' }, 401, 'invalid_client'],
  ['a wrong secret', { authorization: basic('demo-backend', 'wrong') }, 401, 'invalid_client'],
  ['an unknown client', { authorization: basic('nobody', 'x') }, 401, 'invalid_client'],
  ['an app without a secret', { authorization: basic('app', '') }, 401, 'invalid_client'],
  [
    'a client that no app lists',
    { authorization: basic('not-listed', 'the+secret+of+not-listed') },
    403,
    'unauthorized_client',
  ],
])('the feed is closed to %s', async ([, headers, status, error], { baton }) => {
  const answer = await fetch(`${baton.url}${path}`, { headers })
  if (status === 401) expect(answer.headers.get('www-authenticate')).toMatch(/^Basic /)
  await expectRefusal(answer, status, error)
})

test('it takes GET alone', async ({ baton }) => {
  const answer = await fetch(`${baton.url}${path}`, { method: 'POST', headers: backend })
  expect(answer.headers.get('allow')).toBe('GET')
  await expectRefusal(answer, 405, 'method_not_allowed')
})

test('a process that stops ends the feed at once and finishes its calls', async ({
  listenTo,
  app,
  baton,
  held,
}) => {
  const feed = await listenTo()
  await expect.poll(feed.text).toContain(': ready')
  const headers = { authorization: `Bearer ${await app.webNonce()}` }
  const call = fetch(`${baton.url}/api/backends/held/x`, { headers })
  await expect.poll(() => held.calls.length).toBe(1)
  const stopped = baton.stop()
  await feed.ended
  held.calls[0]?.end('done')
  const answer = await call
  expect([answer.status, await answer.text()]).toEqual([200, 'done'])
  expect(await stopped).toBe(0)
})
