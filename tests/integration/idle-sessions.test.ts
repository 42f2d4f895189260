import { randomUUID } from 'node:crypto'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { Database } from '#lib/db/database.ts'
import { touchLiveSession } from '#lib/db/idle-sessions.ts'
import { findLiveSession, type LiveSession } from '#lib/db/sessions.ts'
import { findTokenSet } from '#lib/db/token-sets.ts'
import { endIdleSessions } from '#lib/sessions/end-session.ts'
import { liveSession } from '#lib/sessions/live-session.ts'
import { RevocationFeed } from '#lib/sessions/revocation-feed.ts'
import { startSession } from '#lib/sessions/start-session.ts'
import { touchSession } from '#lib/sessions/touch-session.ts'
import { whileLive } from '#lib/sessions/while-live.ts'
import { configOf } from '../support/config.ts'
import { onEachDatabase } from '../support/each-database.ts'
import { someDevice } from '../support/page-of.ts'
import { handOver, living, nonceOf, redeem, signIn } from '../support/rows.ts'
import { smallProcess } from '../support/small-process.ts'
import { total } from '../support/total.ts'

const provider = { id: 'demo', type: 'oidc', issuer: 'https://op.example.org', clientId: 'baton' }
const withIdleTime = (idleTime?: number) =>
  configOf({ file: { providers: [provider], sessions: { ...(idleTime && { idleTime }) } } })
const config = await withIdleTime(600)

beforeEach(() => void vi.useFakeTimers({ toFake: ['Date'] }))
afterEach(() => void vi.useRealTimers())

/** Lets the clock of the processes go on; that of the database does not. */
const pass = (seconds: number) => vi.setSystemTime(Date.now() + seconds * 1000)

/** Seconds until the idle end of a session; `null` without one. */
async function left(db: Database, sid: string): Promise<number | null> {
  const [row] = await db.$queryRaw<{ left: number | null }[]>`
    SELECT extract(epoch FROM idle_until - now())::float AS left FROM sessions WHERE id = ${sid}::uuid`
  return row?.left ?? null
}

const setLeft = (db: Database, sid: string, seconds: number) => db.$executeRaw`
  UPDATE sessions SET idle_until = now() + make_interval(secs => ${seconds}) WHERE id = ${sid}::uuid`
const makeApp = (db: Database, sid: string) => db.$executeRaw`
  UPDATE sessions SET kind = 'app' WHERE id = ${sid}::uuid`

function processOn(db: Database, settings = config) {
  const process = smallProcess(db, settings)
  const listener = { ended: () => {}, failed: () => {}, lost: () => {} }
  return { ...process, revocations: new RevocationFeed({ db, log: process.log }, listener) }
}

onEachDatabase((instances) => {
  test('a sign-in begins with an idle end, and so does a hand-off', async () => {
    const [db] = instances()
    const profile = {
      providerId: 'demo',
      providerAccountId: 's',
      shown: {},
      tokens: { accessToken: 'at' },
      device: someDevice,
      provenAfter: new Date(),
    }
    const signedIn = async (settings: typeof config) => {
      const { sid } = await startSession(
        { ...profile, claims: { iss: provider.issuer, sub: 's' } },
        smallProcess(db, settings),
      )
      return left(db, sid)
    }
    expect(await signedIn(config)).toBeGreaterThan(500)
    expect(await signedIn(await withIdleTime())).toBeNull()

    const source = await signIn(db)
    const handedOver = async (idleTime: number | undefined) => {
      const sessionId = randomUUID()
      const { hash } = await nonceOf(db, source)
      await redeem(db, hash, { sessionId, idleTime })
      return left(db, sessionId)
    }
    expect(await handedOver(600)).toBeGreaterThan(500)
    expect(await handedOver(undefined)).toBeNull()
  })

  test.each<[what: string, before: number, after: { from: number; to: number }]>([
    ['is moved by a use', 300, { from: 301, to: 600 }],
    ['stays when another use has just moved it', 580, { from: 0, to: 580 }],
    ['comes nearer when the idle time is shorter now', 3000, { from: 0, to: 600 }],
  ])('the idle end %s', async (_, before, { from, to }) => {
    const [db] = instances()
    const { sid } = await signIn(db)
    await setLeft(db, sid, before)
    const session = await touchSession(sid, { db, config })
    expect(session).toEqual({ ...(await findLiveSession(db, sid)), usedAt: session?.usedAt })
    const end = await left(db, sid)
    expect(end).toBeGreaterThan(from)
    expect(end).toBeLessThanOrEqual(to)
  })

  test('each session has the idle time of the configuration from its next use on, or none', async () => {
    const [db] = instances()
    const { sid } = await signIn(db)
    expect((await touchSession(sid, { db, config }))?.idleUntil).not.toBeNull()
    expect(await left(db, sid)).toBeGreaterThan(500)
    const none = await withIdleTime()
    expect((await touchSession(sid, { db, config: none }))?.idleUntil).toBeNull()
    expect(await left(db, sid)).toBeNull()
    expect(await touchSession(sid, { db, config: none })).toEqual(await findLiveSession(db, sid))
    expect(await left(db, sid)).toBeNull()
  })

  test('no use brings a session back that was idle for too long', async () => {
    const [db] = instances()
    const { sid } = await signIn(db)
    await setLeft(db, sid, -1)
    for (const settings of [config, await withIdleTime()])
      expect(await touchSession(sid, { db, config: settings })).toBeUndefined()
    expect(await left(db, sid)).toBeLessThan(0)
  })

  test('a use leaves the idle end of a web nonce to the web nonce', async () => {
    const [db] = instances()
    const { sid } = await signIn(db)
    await makeApp(db, sid)
    await setLeft(db, sid, 100)
    for (const settings of [config, await withIdleTime()])
      expect(await touchSession(sid, { db, config: settings })).toMatchObject({ id: sid })
    const end = await left(db, sid)
    expect(end).toBeGreaterThan(0)
    expect(end).toBeLessThanOrEqual(100)
  })

  test.each([
    [600, 60],
    [7200, 60],
    [100, 10],
  ])('of calls with an idle time of %i s a process records one in %i s', async (idleTime, between) => {
    const [db] = instances()
    const here = processOn(db, await withIdleTime(idleTime))
    try {
      const { sid } = await signIn(db)
      const read = vi.spyOn(here.sessions, 'read')
      expect(await liveSession(sid, here)).toBeDefined()
      expect(await left(db, sid)).toBeGreaterThan(idleTime / 2)
      await setLeft(db, sid, idleTime / 2)
      pass(between - 1)
      for (let call = 0; call < 5; call++) expect(await liveSession(sid, here)).toBeDefined()
      expect(read).toHaveBeenCalledTimes(1)
      expect(await left(db, sid)).toBeLessThanOrEqual(idleTime / 2)
      pass(1)
      expect(await liveSession(sid, here)).toBeDefined()
      expect(read).toHaveBeenCalledTimes(2)
      expect(await left(db, sid)).toBeGreaterThan(idleTime / 2)
    } finally {
      here.revocations.close()
    }
  })

  test('the session of a web nonce is read once a minute, however short the idle time is', async () => {
    const [db] = instances()
    const here = processOn(db, await withIdleTime(100))
    try {
      const { sid } = await signIn(db)
      await makeApp(db, sid)
      const read = vi.spyOn(here.sessions, 'read')
      await liveSession(sid, here)
      pass(55)
      await liveSession(sid, here)
      expect(read).toHaveBeenCalledTimes(1)
    } finally {
      here.revocations.close()
    }
  })

  test('a stream that goes on is no use, and keeps no use from being recorded', async () => {
    const [db] = instances()
    const here = processOn(db)
    try {
      const { sid } = await signIn(db)
      await setLeft(db, sid, 300)
      const session = (await findLiveSession(db, sid)) as LiveSession
      const leave = whileLive(session, { breakOff() {}, leave() {} }, here)
      await expect.poll(() => here.sessions.held(sid)).toBeDefined()
      leave()
      expect(await left(db, sid)).toBeLessThanOrEqual(300)
      expect(await liveSession(sid, here)).toBeDefined()
      expect(await left(db, sid)).toBeGreaterThan(300)
    } finally {
      here.revocations.close()
    }
  })

  test('a session in use at one instance lives at the others, and one in no use ends there', async () => {
    const [a, b] = instances()
    const [here, there] = [processOn(a), processOn(b)]
    try {
      const [used, unused] = [await signIn(a), await signIn(a)]
      for (const { sid } of [used, unused]) {
        await setLeft(a, sid, 300)
        expect(await liveSession(sid, there, { isUse: false })).toBeDefined()
      }
      await liveSession(used.sid, here)
      // To the other instance both seem over, by the row that it holds.
      await setLeft(a, unused.sid, 0)
      pass(301)
      expect(await liveSession(used.sid, there)).toBeDefined()
      expect(await liveSession(unused.sid, there)).toBeUndefined()
    } finally {
      here.revocations.close()
      there.revocations.close()
    }
  })

  test('an idle session ends once, with its token set and its hand-offs, used or not', async () => {
    const [a, b] = instances()
    const [idle, used, without, app] = [await signIn(a), await signIn(a), await signIn(a), await signIn(a)]
    const child = await handOver(a, idle)
    const grandchild = await handOver(a, child)
    const [idleChild, ofApp] = [await handOver(a, used), await handOver(a, app)]
    await touchLiveSession(a, grandchild.sid, { idleTime: 600, slack: 0 })
    await makeApp(a, app.sid)
    for (const { sid } of [idle, idleChild, app]) await setLeft(a, sid, -1)
    await setLeft(a, used.sid, 60)

    const reported: string[] = []
    const processes = [a, b, a, b].map((db) => smallProcess(db, config))
    for (const { endings } of processes) endings.on('ended', (sids) => reported.push(...sids))
    await Promise.all(processes.map((process) => total(endIdleSessions(process))))
    const ended: string[] = [idle, child, grandchild, idleChild, app, ofApp].map(({ sid }) => sid)
    expect(reported.filter((sid) => ended.includes(sid)).toSorted()).toEqual(ended.toSorted())
    expect(await living(a, { idle, child, grandchild, used, idleChild, without, ofApp })).toEqual({
      idle: false,
      child: false,
      grandchild: false,
      used: true,
      idleChild: false,
      without: true,
      ofApp: false,
    })
    expect(await findTokenSet(a, idle.tokenSetId)).toBeUndefined()
    expect(await findTokenSet(a, used.tokenSetId)).toBeDefined()
  })

  test('an app and the hand-offs that came of it are idle together', async () => {
    const [a, b] = instances()
    const app = await signIn(a)
    await makeApp(a, app.sid)
    await setLeft(a, app.sid, 300)
    const child = await handOver(a, app)
    const grandchild = await handOver(b, child)
    for (const { sid } of [child, grandchild]) {
      expect(await left(a, sid)).toBeNull()
      await setLeft(a, app.sid, 300)
      for (const settings of [config, await withIdleTime()]) {
        await setLeft(a, app.sid, 300)
        const session = await touchSession(sid, { db: b, config: settings })
        expect(session).toMatchObject({ id: sid, idleWith: app.sid })
        expect(await left(a, app.sid)).toBeGreaterThan(1500)
        expect(session?.idleUntil).toEqual((await findLiveSession(a, app.sid))?.idleUntil)
      }
    }
    const here = processOn(a, await withIdleTime())
    try {
      // A process records one use a minute, as for web nonces.
      await liveSession(child.sid, here)
      await setLeft(a, app.sid, 300)
      pass(59)
      await liveSession(child.sid, here)
      expect(await left(a, app.sid)).toBeLessThanOrEqual(300)
      pass(1)
      await liveSession(child.sid, here)
      expect(await left(a, app.sid)).toBeGreaterThan(1500)
    } finally {
      here.revocations.close()
    }
    await setLeft(a, app.sid, -1)
    expect(await living(b, { app, child, grandchild })).toEqual({
      app: false,
      child: false,
      grandchild: false,
    })
    expect(await touchSession(child.sid, { db: a, config })).toBeUndefined()
    await total(endIdleSessions(smallProcess(a, config)))
    await setLeft(a, app.sid, 300)
    expect(await living(b, { app, child, grandchild })).toEqual({
      app: false,
      child: false,
      grandchild: false,
    })
  })

  test('any number of idle sessions end, more than one transaction takes', async () => {
    const [db] = instances()
    const all = await Promise.all(Array.from({ length: 110 }, () => signIn(db)))
    for (const { sid } of all) await setLeft(db, sid, -1)
    await total(endIdleSessions(smallProcess(db, config)))
    const [row] = await db.$queryRaw<{ open: number }[]>`
      SELECT count(*)::int AS open FROM sessions
      WHERE ended_at IS NULL AND id = ANY(${all.map(({ sid }) => sid)}::uuid[])`
    expect(row?.open).toBe(0)
  })

  test('30 times, a use and the sweep leave a session either alive or ended', async () => {
    const [a, b] = instances()
    for (let round = 0; round < 30; round++) {
      const { sid } = await signIn(a)
      await setLeft(a, sid, 0.005)
      const ended: string[] = []
      const process = smallProcess(b, config)
      process.endings.on('ended', (sids) => ended.push(...sids))
      const [touched] = await Promise.all([
        touchSession(sid, { db: a, config }),
        total(endIdleSessions(process)),
      ])
      if (touched && (await findLiveSession(a, sid))) expect(ended).not.toContain(sid)
      if (!touched) expect(await findLiveSession(a, sid)).toBeUndefined()
    }
  })
})
