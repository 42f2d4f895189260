import { expect, test } from 'vitest'
import { auditEvents } from '#lib/db/audit-events.ts'
import type { Database } from '#lib/db/database.ts'
import { findTokenSet } from '#lib/db/token-sets.ts'
import { onEachDatabase } from '../support/each-database.ts'
import { handOver, living, nonceOf, redeem, redeemOver, signIn } from '../support/rows.ts'

onEachDatabase((instances) => {
  test('a token set ends with its last session, and is revoked where the people differ', async () => {
    const [db] = instances()
    const [standing, other] = [await signIn(db), await signIn(db)]
    const { hash } = await nonceOf(db, other)
    const over = await redeemOver(db, hash, standing)
    expect(over?.tokenSets).toEqual([standing.tokenSetId])
    expect(await revokesOf(db, standing)).toEqual({ ended: true, revokes: true })
    expect(await findTokenSet(db, other.tokenSetId)).toBeDefined()
  })

  test('of the same person it is only removed: a provider could end the new sign-in with it', async () => {
    const [db] = instances()
    const standing = await signIn(db)
    const newer = await signIn(db, { userId: standing.user.id })
    const { hash } = await nonceOf(db, { user: standing.user, sid: newer.sid })
    expect((await redeemOver(db, hash, standing))?.tokenSets).toEqual([standing.tokenSetId])
    expect(await revokesOf(db, standing)).toEqual({ ended: true, revokes: false })
  })

  test('a token set that the new session or another one uses goes on', async () => {
    const [db] = instances()
    const source = await signIn(db)
    const [child, sibling] = [await handOver(db, source), await handOver(db, source)]
    const { hash } = await nonceOf(db, child)
    expect((await redeemOver(db, hash, source))?.tokenSets).toEqual([])
    const [theirs, ours] = [await nonceOf(db, await signIn(db)), await nonceOf(db, await signIn(db))]
    // The last session but one, and the last but none.
    expect((await redeemOver(db, theirs.hash, child))?.tokenSets).toEqual([])
    expect((await redeemOver(db, ours.hash, sibling))?.tokenSets).toEqual([source.tokenSetId])
    expect(await findTokenSet(db, source.tokenSetId)).toBeUndefined()
  })

  test('a claim that does not hold ends nothing', async () => {
    const [db] = instances()
    const [standing, source] = [await signIn(db), await signIn(db)]
    const { hash } = await nonceOf(db, source)
    await redeem(db, hash)
    expect(await redeemOver(db, hash, standing)).toBeUndefined()
    expect(await living(db, { standing })).toEqual({ standing: true })
    expect(await findTokenSet(db, standing.tokenSetId)).toBeDefined()
  })

  test('open nonces of the session that makes way are spent, and the redeemed one is told once', async () => {
    const [db] = instances()
    const standing = await signIn(db)
    const [own, other] = [await nonceOf(db, standing), await nonceOf(db, standing)]
    const over = await redeemOver(db, own.hash, standing)
    expect(over?.ended.sids).toEqual([standing.sid])
    expect(over?.ended.events.map(({ nonce }) => nonce)).toEqual([other.hash.toString('hex')])
    expect(await redeem(db, other.hash)).toBeUndefined()
    expect(await typesOf(db, standing.user.id, own.hash)).toEqual(['issued', 'redeemed'])
  })

  test('30 times, a session that makes way while it hands over leaves no living child behind', async () => {
    const [a, b] = instances()
    for (let round = 0; round < 30; round++) {
      const [standing, source] = [await signIn(a), await signIn(a)]
      const [away, over] = [await nonceOf(a, standing), await nonceOf(a, source)]
      const [child] = await Promise.all([redeem(b, away.hash), redeemOver(a, over.hash, standing)])
      const left = await a.$queryRaw<unknown[]>`
        SELECT id FROM sessions WHERE parent_id = ${standing.sid}::uuid AND ended_at IS NULL`
      expect([left, child === undefined || child.user.id === standing.user.id]).toEqual([[], true])
    }
  })

  test('30 times, one of its hand-offs that hands over meanwhile leaves no living child either', async () => {
    const [a, b] = instances()
    for (let round = 0; round < 30; round++) {
      const [standing, source] = [await signIn(a), await signIn(a)]
      const child = await handOver(a, standing)
      const [away, over] = [await nonceOf(a, child), await nonceOf(a, source)]
      await Promise.all([redeem(b, away.hash), redeemOver(a, over.hash, standing)])
      const left = await a.$queryRaw<unknown[]>`
        SELECT id FROM sessions WHERE parent_id = ${child.sid}::uuid AND ended_at IS NULL`
      expect(left).toEqual([])
    }
  })

  test('20 times, two browsers that hand over to each other both come to an end', async () => {
    const [a, b] = instances()
    for (let round = 0; round < 20; round++) {
      const [left, right] = [await signIn(a), await signIn(a)]
      const [fromLeft, fromRight] = [await nonceOf(a, left), await nonceOf(a, right)]
      const [first, second] = await Promise.all([
        redeemOver(a, fromRight.hash, left),
        redeemOver(b, fromLeft.hash, right),
      ])
      // The session that the later one comes of has made way.
      expect([first, second].filter((over) => over !== undefined)).toHaveLength(1)
    }
  })
})

async function revokesOf(db: Database, { tokenSetId }: { tokenSetId: string }) {
  const [row] = await db.$queryRaw<{ ended: boolean; revokes: boolean }[]>`
    SELECT ended_at IS NOT NULL AS ended, revokes FROM token_sets WHERE id = ${tokenSetId}::uuid`
  return row
}

async function typesOf(db: Database, person: string, hash: Buffer): Promise<string[]> {
  const types: string[] = []
  const asked = { since: new Date(0), until: null, person, nonce: hash.toString('hex') }
  for await (const page of auditEvents(db, asked)) types.push(...page.map(({ type }) => type))
  return types
}
