import { expect, test } from 'vitest'
import type { Database } from '#lib/db/database.ts'
import { endSessionTree } from '#lib/db/sessions.ts'
import { sweep } from '#lib/db/sweep.ts'
import { findTokenSet } from '#lib/db/token-sets.ts'
import { onEachDatabase } from '../support/each-database.ts'
import { fromNow, handOver, nonceOf, redeem, signIn } from '../support/rows.ts'
import { total } from '../support/total.ts'

const age = (db: Database, tokenSetId: string, seconds: number) => db.$executeRaw`
  UPDATE token_sets SET created_at = now() - make_interval(secs => ${seconds}) WHERE id = ${tokenSetId}::uuid`
const isThere = async (db: Database, sid: string) =>
  (await db.$queryRaw<object[]>`SELECT id FROM sessions WHERE id = ${sid}::uuid`).length === 1
const nonceIsThere = async (db: Database, hash: Buffer<ArrayBuffer>) =>
  (await db.$queryRaw<object[]>`SELECT hash FROM nonces WHERE hash = ${hash}`).length === 1

const sweepAll = (db: Database) => total(sweep(db, 90))

onEachDatabase((instances) => {
  test.each<[what: string, ttl: number, stays: boolean]>([
    ['before its time', 30, true],
    ['just expired: a page may be open', -1, true],
    ['expired while a page may still redeem it', -299, true],
    ['spent at the last moment: its browser may come back', -899, true],
    ['past every deadline', -901, false],
  ])('a nonce stays as long as anything can redeem it: %s', async (_, ttl, stays) => {
    const [db] = instances()
    const { hash } = await nonceOf(db, await signIn(db), {}, ttl)
    await sweepAll(db)
    expect(await nonceIsThere(db, hash)).toBe(stays)
  })

  test.each<[what: string, make: (db: Database) => Promise<{ tokenSetId: string }>, stays: boolean]>([
    ['of a living session', (db) => signIn(db), true],
    [
      'of an ended session',
      async (db) => {
        const source = await signIn(db)
        await endSessionTree(db, source.sid, 'signed_out')
        return source
      },
      false,
    ],
    ['of an expired session', (db) => signIn(db, { expiresAt: fromNow(-1) }), false],
    [
      'of an ended session whose successor lives',
      async (db) => {
        const source = await signIn(db)
        await handOver(db, source, source)
        return source
      },
      true,
    ],
  ])('a token set stays as long as a living session uses it: %s', async (_, make, stays) => {
    const [db] = instances()
    const { tokenSetId } = await make(db)
    await age(db, tokenSetId, 120)
    await sweepAll(db)
    expect((await findTokenSet(db, tokenSetId)) !== undefined).toBe(stays)
  })

  test('a token set that was just made is left alone, as its session may be on its way', async () => {
    const [db] = instances()
    const { sid, tokenSetId } = await signIn(db)
    await endSessionTree(db, sid, 'signed_out')
    await age(db, tokenSetId, 30)
    await sweepAll(db)
    expect(await findTokenSet(db, tokenSetId)).toBeDefined()
  })

  test.each<[what: string, hours: number, stays: boolean]>([
    ['ended within a day', 23, true],
    ['ended more than a day ago', 25, false],
  ])('sessions stay for a day after their end: %s', async (_, hours, stays) => {
    const [db] = instances()
    const ended = await signIn(db)
    await db.$executeRaw`
      UPDATE sessions SET ended_at = now() - make_interval(hours => ${hours}) WHERE id = ${ended.sid}::uuid`
    const expired = await signIn(db, { expiresAt: fromNow(-hours * 3600) })
    const lives = await signIn(db)
    await sweepAll(db)
    expect([await isThere(db, ended.sid), await isThere(db, expired.sid)]).toEqual([stays, stays])
    expect(await isThere(db, lives.sid)).toBe(true)
  })

  test('what lives works after a sweep as before it', async () => {
    const [db] = instances()
    const source = await signIn(db)
    await age(db, source.tokenSetId, 3600)
    const { hash } = await nonceOf(db, source)
    await sweepAll(db)
    expect(await redeem(db, hash)).toMatchObject({ provider: 'demo' })
  })

  test('sweeps of several instances at once do not disturb each other', async () => {
    const [a, b] = instances()
    const nonces: Buffer<ArrayBuffer>[] = []
    for (let index = 0; index < 20; index++) nonces.push((await nonceOf(a, await signIn(a), {}, -1000)).hash)
    const removed = await Promise.all([a, b, a, b].map(sweepAll))
    expect(removed.reduce((sum, rows) => sum + rows)).toBeGreaterThanOrEqual(20)
    // Only of these: others may come of age meanwhile.
    const left = await Promise.all(nonces.map((hash) => nonceIsThere(a, hash)))
    expect(left).toEqual(nonces.map(() => false))
  })
})
