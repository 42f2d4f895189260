import { expect, test } from 'vitest'
import { countLiveSessions } from '#lib/db/count-sessions.ts'
import { onEachDatabase } from '../support/each-database.ts'
import { manySessions } from '../support/many-rows.ts'
import { handOver, signIn } from '../support/rows.ts'

onEachDatabase((instances) => {
  test('live sessions are counted by kind, and ended, expired and idle ones are not', async () => {
    const [db] = instances()
    await handOver(db, await signIn(db))
    await manySessions(db, 30)
    await manySessions(db, 7, { ended: 'now()' })
    await manySessions(db, 7, { expires: `now() - interval '1 second'` })
    const [idle] = await manySessions(db, 1)
    await db.$executeRaw`UPDATE sessions SET idle_until = now() WHERE id = ${idle}::uuid`
    const counts = await countLiveSessions(db)
    expect(counts.toSorted((one, other) => one.kind.localeCompare(other.kind))).toEqual([
      { kind: 'browser', sessions: 31 },
      { kind: 'handoff', sessions: 1 },
    ])
  })

  test('of very many sessions a bounded part is read, and the number is close', async () => {
    const [db] = instances()
    await manySessions(db, 10_000)
    const [{ pages }] = (await db.$queryRawUnsafe<{ pages: number }[]>(
      `SELECT (pg_relation_size('sessions') / current_setting('block_size')::int)::int AS pages`,
    )) as [{ pages: number }]
    expect(pages).toBeGreaterThan(150)
    expect(browsers(await countLiveSessions(db))).toBe(10_031)
    const estimate = browsers(await countLiveSessions(db, 75))
    expect(estimate).not.toBe(10_031)
    expect(Math.abs(estimate / 10_031 - 1)).toBeLessThan(0.35)
    // The same pages each time: what has not changed looks the same.
    expect(browsers(await countLiveSessions(db, 75))).toBe(estimate)
  })
})

function browsers(counts: Awaited<ReturnType<typeof countLiveSessions>>): number {
  return counts.find(({ kind }) => kind === 'browser')?.sessions ?? 0
}
