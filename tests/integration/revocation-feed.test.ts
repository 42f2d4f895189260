import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { openDatabase } from '#lib/db/open.ts'
import { endSessionTree } from '#lib/db/sessions.ts'
import { liveSession } from '#lib/sessions/live-session.ts'
import { RevocationFeed } from '#lib/sessions/revocation-feed.ts'
import { SessionCache } from '#lib/sessions/session-cache.ts'
import { cuttable } from '../support/cuttable.ts'
import { migratedPostgres } from '../support/databases.ts'
import { onEachDatabase } from '../support/each-database.ts'
import { readableLog } from '../support/log.ts'
import { signIn } from '../support/rows.ts'

beforeEach(() => void vi.useFakeTimers({ toFake: ['Date'] }))
afterEach(() => void vi.useRealTimers())

const pass = (seconds: number) => vi.setSystemTime(Date.now() + seconds * 1000)

const ofWebNonces = { idleTime: 1800, lifetime: 43_200 }
const config = { sessions: { lifetime: 3600 }, webNonces: { ...ofWebNonces, bound: ofWebNonces } }

function processOn(db: Parameters<typeof signIn>[0]) {
  const { log, text } = readableLog()
  const sessions = new SessionCache()
  const ended: string[] = []
  const failed: string[] = []
  const lost: number[] = []
  const revocations = new RevocationFeed(
    { db, log },
    {
      ended: (sids) => {
        sessions.forget(sids)
        ended.push(...sids)
      },
      failed: (ids) => void failed.push(...ids),
      lost: () => void lost.push(Date.now()),
    },
  )
  return { db, config, sessions, revocations, ended, failed, lost, log: text }
}

onEachDatabase((instances) => {
  test('a feed names what any instance has ended or what has failed, and nothing else', async () => {
    const [a, b] = instances()
    const here = processOn(b)
    try {
      const [one, other, failing] = [await signIn(a), await signIn(a), await signIn(a)]
      await endSessionTree(a, one.sid, 'signed_out')
      await a.$executeRaw`UPDATE token_sets SET failed_at = now() WHERE id = ${failing.tokenSetId}::uuid`
      await expect.poll(() => here.ended).toContain(one.sid)
      await expect.poll(() => here.failed).toContain(failing.tokenSetId)
      // Later looks come upon the same again, and name it no more.
      await here.revocations.look()
      expect(here.ended.filter((sid) => sid === one.sid)).toHaveLength(1)
      // It was mended, and fails again.
      await a.$executeRaw`
        UPDATE token_sets SET failed_at = now() + interval '1 second' WHERE id = ${failing.tokenSetId}::uuid`
      await expect.poll(() => here.failed.filter((id) => id === failing.tokenSetId)).toHaveLength(2)
      expect(here.ended).not.toContain(other.sid)
      expect(here.failed).not.toContain(other.tokenSetId)
    } finally {
      here.revocations.close()
    }
  })

  test('a cached session is refused once the feed has named it, and not read before', async () => {
    const [a, b] = instances()
    const here = processOn(b)
    try {
      const { sid } = await signIn(a)
      const read = vi.spyOn(here.sessions, 'read')
      for (let call = 0; call < 5; call++) expect(await liveSession(sid, here)).toMatchObject({ id: sid })
      expect(read).toHaveBeenCalledTimes(1)
      await endSessionTree(a, sid, 'signed_out')
      await expect.poll(() => liveSession(sid, here)).toBeUndefined()
    } finally {
      here.revocations.close()
    }
  })

  test('a clock that is set back keeps no row for longer than a minute', async () => {
    vi.useFakeTimers({ toFake: ['Date', 'performance'] })
    const [a, b] = instances()
    const here = processOn(b)
    try {
      const { sid } = await signIn(a)
      const read = vi.spyOn(here.sessions, 'read')
      await liveSession(sid, here)
      vi.advanceTimersByTime(20_000)
      pass(-10)
      await liveSession(sid, here)
      expect(read).toHaveBeenCalledTimes(1)
      vi.advanceTimersByTime(41_000)
      await liveSession(sid, here)
      expect(read).toHaveBeenCalledTimes(2)
    } finally {
      here.revocations.close()
    }
  })

  test('a row is read again after a minute, and a cached session ends in time', async () => {
    const [a, b] = instances()
    const here = processOn(b)
    try {
      const { sid } = await signIn(a, { expiresAt: new Date(Date.now() + 100_000) })
      const read = vi.spyOn(here.sessions, 'read')
      expect(await liveSession(sid, here)).toBeDefined()
      pass(25)
      expect(await liveSession(sid, here)).toBeDefined()
      expect(read).toHaveBeenCalledTimes(1)
      pass(25)
      await liveSession(sid, here)
      pass(25)
      expect(await liveSession(sid, here)).toBeDefined()
      expect(read).toHaveBeenCalledTimes(2)
      pass(26)
      expect(await liveSession(sid, here)).toBeUndefined()
    } finally {
      here.revocations.close()
    }
  })
})

test('without the database, known sessions go on for 30 seconds and then all are refused', async () => {
  vi.useFakeTimers({ toFake: ['Date', 'performance'] })
  const database = await cuttable(await migratedPostgres())
  const { db, close } = await openDatabase({ url: database.url, dataDir: '' })
  const here = processOn(db)
  try {
    const [known, unknown] = [await signIn(db), await signIn(db)]
    expect(await liveSession(known.sid, here)).toBeDefined()
    await database.cut()
    await expect.poll(() => here.revocations.isAway).toBe(true)
    expect(await liveSession(known.sid, here)).toBeDefined()
    await expect(liveSession(unknown.sid, here)).rejects.toThrow()
    vi.advanceTimersByTime(25_000)
    expect(await liveSession(known.sid, here)).toBeDefined()
    vi.advanceTimersByTime(6_000)
    await expect(liveSession(known.sid, here)).rejects.toMatchObject({ code: 'temporarily_unavailable' })
    await expect.poll(() => here.lost.length).toBeGreaterThan(0)
    // A clock that was set back makes nothing recent again.
    pass(-3600)
    await expect(liveSession(known.sid, here)).rejects.toMatchObject({ code: 'temporarily_unavailable' })
  } finally {
    here.revocations.close()
    await close()
  }
})

test('a process that was asleep looks first, and lets nobody in whose session ended meanwhile', async () => {
  const { db, close } = await openDatabase({ url: await migratedPostgres(), dataDir: '' })
  const here = processOn(db)
  try {
    const [one, other] = [await signIn(db), await signIn(db)]
    for (const { sid } of [one, other]) expect(await liveSession(sid, here)).toBeDefined()
    // Nothing runs in between, as when the machine is suspended.
    const end = endSessionTree(db, one.sid, 'signed_out')
    pass(50)
    await end
    expect(await liveSession(one.sid, here)).toBeUndefined()
    expect(await liveSession(other.sid, here)).toBeDefined()
  } finally {
    here.revocations.close()
    await close()
  }
})

test('a process that stops in the middle of a look says nothing of the database', async () => {
  const { db, close } = await openDatabase({ url: await migratedPostgres(), dataDir: '' })
  const here = processOn(db)
  here.revocations.close()
  await close()
  await here.revocations.look()
  expect(here.log()).toBe('')
})
