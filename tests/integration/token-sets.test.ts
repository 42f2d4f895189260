import { randomUUID } from 'node:crypto'
import { expect, test } from 'vitest'
import type { Database } from '#lib/db/database.ts'
import { endSessionTree, findLiveSession } from '#lib/db/sessions.ts'
import {
  endUnusedTokenSets,
  extendLease,
  failTokenSet,
  findEndedTokenSets,
  findTokenSet,
  type Lease,
  leaseEnded,
  postpone,
  releaseLease,
  removeTokenSet,
  storeRefreshed,
  takeLease,
} from '#lib/db/token-sets.ts'
import { onEachDatabase } from '../support/each-database.ts'
import { handOver, signIn } from '../support/rows.ts'

async function leased(db: Database, id: string): Promise<Lease> {
  const lease = await takeLease(db, id, 10)
  if (!lease) throw new Error('the lease is not free')
  return lease
}

async function endedTokenSets(db: Database, sids: string[]): Promise<string[]> {
  await endUnusedTokenSets(db, sids, { revoke: true })
  return findEndedTokenSets(db, sids)
}

/** As if its holder had died a while ago. */
const expire = (db: Database, id: string) =>
  db.$executeRaw`UPDATE token_sets SET leased_until = now() - interval '1 second' WHERE id = ${id}::uuid`

onEachDatabase((instances) => {
  test('of 40 parallel callers on two instances one gets the lease and the token set', async () => {
    const [a, b] = instances()
    const { tokenSetId } = await signIn(a, {}, 'first')
    const leases = await Promise.all(
      Array.from({ length: 40 }, (_, index) => takeLease(index % 2 ? a : b, tokenSetId, 10)),
    )
    expect(leases.filter(Boolean)).toMatchObject([
      { id: tokenSetId, provider: 'demo', sealed: 'first', fence: 1 },
    ])
  })

  test('a lease is free again when it was given back, or when its holder has not renewed it', async () => {
    const [a, b] = instances()
    const { tokenSetId } = await signIn(a)
    const first = await leased(a, tokenSetId)
    await releaseLease(a, first)
    const second = await leased(b, tokenSetId)
    await expire(a, tokenSetId)
    expect(await extendLease(b, second, 10)).toBe(true)
    expect(await takeLease(a, tokenSetId, 10)).toBeUndefined()
    await expire(a, tokenSetId)
    expect((await leased(a, tokenSetId)).fence).toBe(3)
  })

  test('who has lost the lease writes nothing any more, whatever it had in hand', async () => {
    const [a, b] = instances()
    const { tokenSetId, sid } = await signIn(a, {}, 'first')
    const lost = await leased(a, tokenSetId)
    await expire(a, tokenSetId)
    const held = await leased(b, tokenSetId)
    expect(await extendLease(a, lost, 10)).toBe(false)
    expect(await failTokenSet(a, lost, 'RefreshTokenError')).toBe(false)
    await postpone(a, lost, 60)
    await releaseLease(a, lost)
    await removeTokenSet(a, lost)
    expect(await takeLease(a, tokenSetId, 10)).toBeUndefined()
    expect(await storeRefreshed(b, held, 'second')).toEqual({ ended: false })
    expect(await findTokenSet(a, tokenSetId)).toEqual({
      id: tokenSetId,
      provider: 'demo',
      sealed: 'second',
      error: null,
      version: 1,
      age: expect.any(Number),
      retryIn: 0,
    })
    expect((await findLiveSession(a, sid))?.tokenSetError).toBeNull()
    expect(await storeRefreshed(a, lost, 'late')).toBeUndefined()
  })

  test('a holder that lost the lease may still store the tokens that it refreshed', async () => {
    const [a, b] = instances()
    const { tokenSetId, sid } = await signIn(a, {}, 'first')
    const lost = await leased(a, tokenSetId)
    await expire(a, tokenSetId)
    const held = await leased(b, tokenSetId)
    expect([lost.tookOver, held.tookOver]).toEqual([false, true])
    expect(await storeRefreshed(a, lost, 'second')).toEqual({ ended: false })
    expect(await extendLease(b, held, 10)).toBe(false)
    expect(await failTokenSet(b, held, 'RefreshTokenError')).toBe(false)
    expect(await storeRefreshed(b, held, 'of a spent one')).toBeUndefined()
    expect(await findTokenSet(b, tokenSetId)).toMatchObject({ sealed: 'second', error: null })
    expect((await findLiveSession(a, sid))?.tokenSetError).toBeNull()
  })

  test('a token set that failed, waits or has ended cannot be leased', async () => {
    const [db] = instances()
    const [failed, paused, ended] = [await signIn(db), await signIn(db), await signIn(db)]
    expect(await failTokenSet(db, await leased(db, failed.tokenSetId), 'RefreshTokenError')).toBe(true)
    expect((await findLiveSession(db, failed.sid))?.tokenSetError).toBe('RefreshTokenError')
    await postpone(db, await leased(db, paused.tokenSetId), 60)
    expect((await findTokenSet(db, paused.tokenSetId))?.retryIn).toBeGreaterThan(50)
    await endSessionTree(db, ended.sid, 'signed_out')
    await endedTokenSets(db, [ended.sid])
    for (const { tokenSetId } of [failed, paused, ended])
      expect(await takeLease(db, tokenSetId, 10)).toBeUndefined()
    expect(await findTokenSet(db, ended.tokenSetId)).toBeUndefined()
  })

  test('a token set ends with the last session that uses it, be that its owner or a hand-off', async () => {
    const [db] = instances()
    const owner = await signIn(db)
    const child = await handOver(db, owner)
    await endSessionTree(db, child.sid, 'signed_out')
    expect(await endedTokenSets(db, [child.sid])).toEqual([])
    const other = await handOver(db, owner)
    await db.$executeRaw`UPDATE sessions SET ended_at = now() WHERE id = ${owner.sid}::uuid`
    expect(await endedTokenSets(db, [owner.sid])).toEqual([])
    await endSessionTree(db, other.sid, 'signed_out')
    expect(await endedTokenSets(db, [other.sid])).toEqual([owner.tokenSetId])
  })

  test('each ended token set goes to one revoker, and to none during a refresh', async () => {
    const [a, b] = instances()
    const people = await Promise.all(Array.from({ length: 6 }, () => signIn(a)))
    const [busy] = people
    const ids = people.map(({ tokenSetId }) => tokenSetId)
    const holder = await leased(a, busy?.tokenSetId ?? '')
    for (const { sid } of people) await endSessionTree(a, sid, 'signed_out')
    await endedTokenSets(
      a,
      people.map(({ sid }) => sid),
    )
    const taken = (
      await Promise.all([a, b, a, b].map((db) => leaseEnded(db, { ids, limit: 3, seconds: 10 })))
    ).flat()
    expect(taken.map(({ id }) => id).toSorted()).toEqual(ids.slice(1).toSorted())
    expect(await storeRefreshed(a, holder, 'renewed')).toEqual({ ended: true })
    expect(await leaseEnded(b, { ids, limit: 3, seconds: 10 })).toMatchObject([
      { id: busy?.tokenSetId, sealed: 'renewed' },
    ])
  })

  test('what is done to one token set is done to no other', async () => {
    const [db] = instances()
    const [one, other] = [await signIn(db), await signIn(db)]
    await storeRefreshed(db, await leased(db, one.tokenSetId), 'second')
    await failTokenSet(db, await leased(db, one.tokenSetId), 'RefreshTokenError')
    await endSessionTree(db, one.sid, 'signed_out')
    await endedTokenSets(db, [one.sid])
    expect(await findTokenSet(db, other.tokenSetId)).toMatchObject({
      sealed: 'sealed',
      error: null,
    })
  })

  test('there is none by an unknown id', async () => {
    expect(await findTokenSet(instances()[0], randomUUID())).toBeUndefined()
    expect(await takeLease(instances()[0], randomUUID(), 10)).toBeUndefined()
  })
})
