import { expect, test } from 'vitest'
import { sha256 } from '#lib/crypto/digest.ts'
import type { Database } from '#lib/db/database.ts'
import { findLiveSession } from '#lib/db/sessions.ts'
import { sweep } from '#lib/db/sweep.ts'
import { findTokenSet } from '#lib/db/token-sets.ts'
import { nothingSearched } from '#lib/db/unused-token-sets.ts'
import { onEachDatabase } from '../support/each-database.ts'
import { manySessions } from '../support/many-rows.ts'
import { handOver, signIn } from '../support/rows.ts'
import { total } from '../support/total.ts'

const daysAgo = (days: number) => `now() - interval '${days} days'`

async function left(db: Database, sids: string[]): Promise<number> {
  const [row] = await db.$queryRaw<{ left: number }[]>`
    SELECT count(*)::int AS left FROM sessions WHERE id = ANY(${sids}::uuid[])`
  return row?.left ?? -1
}

const age = (db: Database, tokenSetId: string) => db.$executeRaw`
  UPDATE token_sets SET created_at = now() - interval '1 hour' WHERE id = ${tokenSetId}::uuid`

onEachDatabase((instances) => {
  test('10 times, a sweep beside a hand-off in the same browser leaves its token set alone', async () => {
    const [a, b] = instances()
    for (let round = 0; round < 10; round++) {
      const source = await signIn(a)
      await age(a, source.tokenSetId)
      const replace = async () => {
        const child = await handOver(a, source, source)
        return child
      }
      const [child] = await Promise.all([replace(), total(sweep(b, 90))])
      expect(await findLiveSession(a, child.sid)).toMatchObject({ tokenSetId: source.tokenSetId })
      expect(await findTokenSet(a, source.tokenSetId)).toBeDefined()
    }
  })

  test('20,500 expired nonces go in one sweep, at most 1,000 in a statement', async () => {
    const [db] = instances()
    const { user } = await signIn(db)
    await db.$executeRaw`
      INSERT INTO nonces (hash, user_id, amr, auth_time, expires_at)
      SELECT sha256(n::text::bytea), ${user.id}::uuid, '{}', now(), now() - interval '1 hour'
      FROM generate_series(1, 20500) n`
    const batches: number[] = []
    for await (const rows of sweep(db, 90)) batches.push(rows)
    expect(Math.max(...batches)).toBe(1000)
    expect(batches.reduce((sum, rows) => sum + rows)).toBeGreaterThanOrEqual(20_500)
    const [row] = await db.$queryRaw<{ nonces: number }[]>`
      SELECT count(*)::int AS nonces FROM nonces WHERE expires_at < now() - interval '15 minutes'`
    expect(row?.nonces).toBe(0)
  })

  test('more sessions of one moment than a page holds go in one sweep, with their token sets', async () => {
    const [db] = instances()
    const ended = await manySessions(db, 1500, { ended: daysAgo(2) })
    const expired = await manySessions(db, 1500, { expires: daysAgo(2) })
    const living = await manySessions(db, 1500)
    await total(sweep(db, 90))
    expect([await left(db, ended), await left(db, expired)]).toEqual([0, 0])
    expect(await left(db, living)).toBe(1500)
    const unused = await db.$queryRaw<{ over: boolean; count: number }[]>`
      SELECT ended_at IS NOT NULL AS over, count(*)::int AS count FROM token_sets
      WHERE id = ANY(${[...ended, ...expired, ...living]}::uuid[]) GROUP BY over ORDER BY over`
    expect(unused).toEqual([
      { over: false, count: 1500 },
      { over: true, count: 3000 },
    ])
  })

  test('sessions with living children stay and keep no page of others from going', async () => {
    const [db] = instances()
    const parents = await manySessions(db, 1200, { ended: daysAgo(5) })
    const others = await manySessions(db, 100, { ended: daysAgo(2) })
    await db.$executeRaw`
      INSERT INTO sessions (id, kind, user_id, parent_id, amr, auth_time, expires_at)
      SELECT gen_random_uuid(), 'handoff', user_id, id, '{}', now(), now() + interval '1 hour'
      FROM sessions WHERE id = ANY(${parents}::uuid[])`
    await total(sweep(db, 90))
    expect([await left(db, parents), await left(db, others)]).toEqual([1200, 0])
  })

  test('each sweep finds what is over since the last one', async () => {
    const [db] = instances()
    const searched = nothingSearched()
    const [first, second] = [await signIn(db), await signIn(db)]
    for (const { tokenSetId } of [first, second]) await age(db, tokenSetId)
    for (const { sid, tokenSetId } of [first, second]) {
      await total(sweep(db, 90, searched))
      expect(await findTokenSet(db, tokenSetId)).toBeDefined()
      await db.$executeRaw`UPDATE sessions SET ended_at = now() WHERE id = ${sid}::uuid`
      await total(sweep(db, 90, searched))
      expect(await findTokenSet(db, tokenSetId)).toBeUndefined()
    }
  })

  test('a token set whose session was deleted by hand ends when the walk comes to it', async () => {
    const [db] = instances()
    const searched = nothingSearched()
    await manySessions(db, 6000)
    const { sid, tokenSetId } = await signIn(db)
    await age(db, tokenSetId)
    await db.$executeRaw`DELETE FROM sessions WHERE id = ${sid}::uuid`
    const swept = async () => {
      await total(sweep(db, 90, searched))
      return findTokenSet(db, tokenSetId)
    }
    await expect.poll(swept).toBeUndefined()
  })

  test('sweeps of several instances remove each row once', async () => {
    const [a, b] = instances()
    const { user } = await signIn(a)
    await total(sweep(a, 90))
    for (let index = 0; index < 3000; index += 1000)
      await a.$executeRaw`
        INSERT INTO nonces (hash, user_id, amr, auth_time, expires_at)
        SELECT ${sha256(String(index))} || n::text::bytea, ${user.id}::uuid, '{}', now(),
               now() - interval '1 hour'
        FROM generate_series(1, 1000) n`
    const rows = await Promise.all([total(sweep(a, 90)), total(sweep(b, 90))])
    expect(rows.reduce((sum, count) => sum + count)).toBe(3000)
  })
})
