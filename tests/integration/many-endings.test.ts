import { afterAll, beforeAll, expect, test } from 'vitest'
import { inTransaction } from '#lib/db/in-transaction.ts'
import { onEachDatabase } from '../support/each-database.ts'
import { manySessions } from '../support/many-rows.ts'
import { signIn } from '../support/rows.ts'
import { feedOn } from '../support/told-feed.ts'

onEachDatabase((instances) => {
  let feeds: ReturnType<typeof feedOn>[]
  beforeAll(() => {
    feeds = instances().map(feedOn)
  })
  afterAll(() => {
    for (const { feed } of feeds) feed.close()
  })
  const looks = async (count: number) => {
    for (let look = 0; look < count; look++) await Promise.all(feeds.map(({ feed }) => feed.look()))
  }

  test('endings of the same seconds that come in several looks are told once each', async () => {
    const [db] = instances()
    const first = await manySessions(db, 3000, { ended: 'now()' })
    await looks(1)
    const later = await manySessions(db, 1500, { ended: 'now() - make_interval(secs => n / 2000.0)' })
    await looks(3)
    for (const { sizes, times } of feeds) {
      expect([times(first, 1), times(later, 1)]).toEqual([3000, 1500])
      expect(Math.max(...sizes)).toBeLessThanOrEqual(500)
    }
  })

  test('an ending that this process has told is not told again when a look finds it', async () => {
    const [db] = instances()
    const [mine, other] = [await signIn(db), await signIn(db)]
    for (const { sid } of [mine, other])
      await db.$executeRaw`UPDATE sessions SET ended_at = now() WHERE id = ${sid}::uuid`
    for (const { feed } of feeds) feed.tell([mine.sid])
    await looks(2)
    for (const { times } of feeds) expect(times([mine.sid, other.sid], 1)).toBe(2)
  })

  test('an ending is told once when another row of its second has gone', async () => {
    const [db] = instances()
    const [gone, later] = [await signIn(db), await signIn(db)]
    const endAt = (sid: string, at: Date) =>
      db.$executeRaw`UPDATE sessions SET ended_at = ${at} WHERE id = ${sid}::uuid`
    const second = new Date(Math.floor(Date.now() / 1000) * 1000)
    await endAt(gone.sid, second)
    // One look may have begun before.
    await looks(2)
    await inTransaction(db, async (tx) => {
      await tx.$executeRaw`DELETE FROM sessions WHERE id = ${gone.sid}::uuid`
      await tx.$executeRaw`UPDATE sessions SET ended_at = ${second} WHERE id = ${later.sid}::uuid`
    })
    for (const { times } of feeds) await expect.poll(() => times([gone.sid, later.sid], 1)).toBe(2)
  })

  test('what a look has read, no later one reads again', async () => {
    const [db] = instances()
    const { sid } = await signIn(db)
    const read: string[] = []
    const $prepared: typeof db.$prepared = (statement, values) => {
      read.push(statement.name)
      return db.$prepared(statement, values)
    }
    const { feed, times } = feedOn({ $prepared } as typeof db)
    try {
      await db.$executeRaw`UPDATE sessions SET ended_at = now() WHERE id = ${sid}::uuid`
      await feed.look()
      await feed.look()
      expect(times([sid], 1)).toBe(1)
      read.length = 0
      await feed.look()
      await feed.look()
      expect(new Set(read)).toEqual(new Set(['find slots with revocations']))
    } finally {
      feed.close()
    }
  })

  test('an ending that is dated back, as by a server with a late clock, is told soon', async () => {
    const [db] = instances()
    const { sid } = await signIn(db)
    await looks(3)
    await db.$executeRaw`
      UPDATE sessions SET ended_at = now() - interval '20 seconds' WHERE id = ${sid}::uuid`
    for (const { times } of feeds) await expect.poll(() => times([sid], 1)).toBe(1)
  })

  test('an ending that is committed late is told once', async () => {
    const [a, b] = instances()
    const late = await signIn(a)
    // The embedded database has one connection, which the transaction would keep to itself.
    const isEmbedded = a === b
    const commit = async (meanwhile: () => Promise<void>) => {
      if (isEmbedded) {
        await meanwhile()
        await a.$executeRaw`
          UPDATE sessions SET ended_at = now() - interval '500 milliseconds' WHERE id = ${late.sid}::uuid`
      } else
        await inTransaction(a, async (tx) => {
          await tx.$executeRaw`UPDATE sessions SET ended_at = now() WHERE id = ${late.sid}::uuid`
          await meanwhile()
        })
    }
    await commit(async () => {
      const other = await signIn(b)
      await b.$executeRaw`UPDATE sessions SET ended_at = now() WHERE id = ${other.sid}::uuid`
      await looks(2)
      for (const { times } of feeds) expect([times([late.sid], 0), times([other.sid], 1)]).toEqual([1, 1])
      await new Promise((resolve) => setTimeout(resolve, 4000))
      await looks(1)
    })
    await looks(2)
    for (const { times } of feeds) expect(times([late.sid], 1)).toBe(1)
  })
})
