import { randomUUID } from 'node:crypto'
import { expect, test } from 'vitest'
import type { Database } from '#lib/db/open.ts'
import { endSessionTree, findLiveSession } from '#lib/db/sessions.ts'
import { failTokenSet, findTokenSet, replaceTokenSet, type StoredTokenSet } from '#lib/db/token-sets.ts'
import { onEachDatabase } from '../support/each-database.ts'
import { signIn } from '../support/rows.ts'

async function stored(db: Database, id: string): Promise<StoredTokenSet> {
  const found = await findTokenSet(db, id)
  if (!found) throw new Error('there is no such token set')
  return found
}

onEachDatabase((instances) => {
  test('a token set is replaced only in the version that was read', async () => {
    const [db] = instances()
    const { tokenSetId } = await signIn(db, {}, 'first')
    const read = await stored(db, tokenSetId)
    expect(await replaceTokenSet(db, read, 'second')).toBe(true)
    expect(await replaceTokenSet(db, read, 'late')).toBe(false)
    expect(await stored(db, tokenSetId)).toEqual({
      id: tokenSetId,
      provider: 'demo',
      sealed: 'second',
      version: 1,
      error: null,
    })
  })

  test('of 20 parallel replacements of one version one takes place', async () => {
    const [a, b] = instances()
    const { tokenSetId } = await signIn(a)
    const read = await stored(a, tokenSetId)
    const outcomes = await Promise.all(
      Array.from({ length: 20 }, (_, index) => replaceTokenSet(index % 2 ? a : b, read, `sealed ${index}`)),
    )
    expect(outcomes.filter(Boolean)).toHaveLength(1)
    expect(await stored(a, tokenSetId)).toMatchObject({
      version: 1,
      sealed: `sealed ${outcomes.indexOf(true)}`,
    })
  })

  test('a failure marks the version that failed and no newer one', async () => {
    const [db] = instances()
    const { tokenSetId, sid } = await signIn(db)
    const read = await stored(db, tokenSetId)
    await replaceTokenSet(db, read, 'second')
    expect(await failTokenSet(db, read, 'RefreshTokenError')).toBe(false)
    expect((await findLiveSession(db, sid))?.tokenSetError).toBeNull()
    const newer = await stored(db, tokenSetId)
    expect(await failTokenSet(db, newer, 'RefreshTokenError')).toBe(true)
    expect((await findLiveSession(db, sid))?.tokenSetError).toBe('RefreshTokenError')
  })

  test('a failed token set is not replaced any more', async () => {
    const [db] = instances()
    const { tokenSetId } = await signIn(db)
    const read = await stored(db, tokenSetId)
    await failTokenSet(db, read, 'RefreshTokenError')
    expect(await replaceTokenSet(db, read, 'late')).toBe(false)
    expect(await stored(db, tokenSetId)).toMatchObject({ sealed: 'sealed', error: 'RefreshTokenError' })
  })

  test('what is done to one token set is done to no other', async () => {
    const [db] = instances()
    const [one, other] = [await signIn(db), await signIn(db)]
    await replaceTokenSet(db, await stored(db, one.tokenSetId), 'second')
    await failTokenSet(db, await stored(db, one.tokenSetId), 'RefreshTokenError')
    await endSessionTree(db, one.sid)
    expect(await stored(db, other.tokenSetId)).toMatchObject({ sealed: 'sealed', version: 0, error: null })
  })

  test('there is none by an unknown id', async () => {
    expect(await findTokenSet(instances()[0], randomUUID())).toBeUndefined()
  })
})
