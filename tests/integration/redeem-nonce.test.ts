import { randomUUID } from 'node:crypto'
import { expect, test } from 'vitest'
import { sha256 } from '#lib/crypto/digest.ts'
import type { Database } from '#lib/db/database.ts'
import { openNonce } from '#lib/db/nonces.ts'
import { endSessionTree, findLiveSession } from '#lib/db/sessions.ts'
import { challengeOf } from '#lib/handoff/code-challenge.ts'
import { deviceText } from '#lib/sessions/device.ts'
import { onEachDatabase } from '../support/each-database.ts'
import { someDevice } from '../support/page-of.ts'
import { fromNow, nonceOf, redeem, signIn } from '../support/rows.ts'

const verifier = 'a-verifier-of-at-least-43-characters-aaaaaaaaaa'
const codeChallenge = challengeOf(verifier)

async function parentOf(db: Database, sid: string) {
  const [row] = await db.$queryRaw<{ parent: string | null }[]>`
    SELECT parent_id AS parent FROM sessions WHERE id = ${sid}::uuid`
  return row?.parent
}

const look = { at: { target: null }, device: deviceText(someDevice) }

onEachDatabase((instances) => {
  test('of 50 parallel redemptions exactly one succeeds and one session begins', async () => {
    const [a, b] = instances()
    const source = await signIn(a)
    for (const bound of [null, codeChallenge]) {
      const { hash } = await nonceOf(a, source, { codeChallenge: bound })
      const [{ count: before } = { count: -1 }] = await sessionsOf(source.user.id)
      const outcomes = await Promise.all(
        Array.from({ length: 50 }, (_, index) => redeem(index % 2 ? a : b, hash, { codeChallenge })),
      )
      expect(outcomes.filter((outcome) => outcome !== undefined)).toHaveLength(1)
      const [{ count: after } = { count: -1 }] = await sessionsOf(source.user.id)
      expect(after - before).toBe(1)
    }
    function sessionsOf(userId: string) {
      return a.$queryRaw<{ count: number }[]>`
        SELECT count(*)::int AS count FROM sessions WHERE user_id = ${userId}::uuid`
    }
  })

  test('a nonce that was redeemed cannot be opened or redeemed again', async () => {
    const [db] = instances()
    const { hash } = await nonceOf(db, await signIn(db))
    const opened = await openNonce(db, hash, null, look)
    expect(await redeem(db, hash)).toBeDefined()
    expect(await redeem(db, hash, { openedAt: opened?.openedAt ?? null })).toBeUndefined()
    expect(await openNonce(db, hash, null, look)).toBeUndefined()
    expect(await openNonce(db, hash, opened?.openedAt ?? null, look)).toBeUndefined()
  })

  test('an unknown nonce opens and redeems nothing', async () => {
    const [db] = instances()
    const hash = sha256('unknown')
    expect(await openNonce(db, hash, null, look)).toBeUndefined()
    expect(await redeem(db, hash)).toBeUndefined()
  })

  test('an expired nonce opens and redeems nothing', async () => {
    const [db] = instances()
    const { hash } = await nonceOf(db, await signIn(db), {}, -1)
    expect(await openNonce(db, hash, null, look)).toBeUndefined()
    expect(await redeem(db, hash)).toBeUndefined()
  })

  test.each<[when: string, ttl: number, openedAt: () => Date | null, works: boolean]>([
    ['never opened, in time', 30, () => null, true],
    ['opened in time, expired meanwhile', -100, () => fromNow(-110), true],
    ['opened in time, nearly five minutes ago', -260, () => fromNow(-290), true],
    ['opened in time, more than five minutes ago', -260, () => fromNow(-301), false],
    ['opened after it had expired', -100, () => fromNow(-90), false],
    ['not opened, expired', -100, () => null, false],
  ])('a page opened in time may redeem for five minutes: %s', async (_, ttl, openedAt, works) => {
    const [db] = instances()
    const { hash } = await nonceOf(db, await signIn(db), {}, ttl)
    expect((await openNonce(db, hash, openedAt(), look)) !== undefined).toBe(works)
    expect((await redeem(db, hash, { openedAt: openedAt() })) !== undefined).toBe(works)
  })

  test('a bound nonce is spent by its own verifier alone', async () => {
    const [db] = instances()
    const { hash } = await nonceOf(db, await signIn(db), { codeChallenge })
    const wrong = [null, '', challengeOf(`${verifier}x`), challengeOf(codeChallenge ?? ''), verifier]
    for (const attempt of wrong) expect(await redeem(db, hash, { codeChallenge: attempt })).toBeUndefined()
    expect(await redeem(db, hash, { codeChallenge })).toBeDefined()
  })

  test('a nonce dies with the session that asked for it, ended or expired', async () => {
    const [db] = instances()
    const [ended, expired] = [await signIn(db), await signIn(db, { expiresAt: fromNow(-1) })]
    const nonces = [await nonceOf(db, ended), await nonceOf(db, expired)]
    await endSessionTree(db, ended.sid, 'signed_out')
    for (const { hash } of nonces) {
      expect(await openNonce(db, hash, null, look)).toBeUndefined()
      expect(await redeem(db, hash)).toBeUndefined()
    }
  })

  test('opening spends nothing, however often and from however many places', async () => {
    const [a, b] = instances()
    const { hash } = await nonceOf(a, await signIn(a), { codeChallenge })
    const opened = await Promise.all(
      Array.from({ length: 20 }, (_, index) => openNonce(index % 2 ? a : b, hash, null, look)),
    )
    for (const one of opened)
      expect(one).toMatchObject({ codeChallenge, target: null, user: { name: 'Demo User' } })
    expect(await redeem(a, hash, { codeChallenge })).toBeDefined()
  })

  test('a nonce for another target is not redeemed here', async () => {
    const [db] = instances()
    const { hash } = await nonceOf(db, await signIn(db), { target: 'demo-web' })
    expect(await openNonce(db, hash, null, look)).toBeUndefined()
    expect(await redeem(db, hash)).toBeUndefined()
    expect(await redeem(db, hash, { target: 'another' })).toBeUndefined()
    const sessionId = randomUUID()
    expect(await redeem(db, hash, { target: 'demo-web', sessionId })).toBeDefined()
    expect(await findLiveSession(db, sessionId)).toMatchObject({ target: 'demo-web' })
  })

  test("the child takes over its source's sign-in, is its child and does not outlive it", async () => {
    const [db] = instances()
    const expiresAt = fromNow(600)
    const source = await signIn(db, { expiresAt })
    const sessionId = randomUUID()
    const { hash } = await nonceOf(db, source, { redirectTo: '/inbox' })
    const redeemed = await redeem(db, hash, { sessionId, lifetime: 3600 })
    const authTime = new Date('2026-01-02T03:04:05Z')
    expect(redeemed).toEqual({
      user: source.user,
      redirectTo: '/inbox',
      provider: 'demo',
      amr: ['pwd'],
      authTime,
      expiresAt,
      age: expect.any(Number),
      events: [expect.objectContaining({ type: 'redeemed', sessionId })],
    })
    expect(await findLiveSession(db, sessionId)).toMatchObject({
      id: sessionId,
      kind: 'handoff',
      provider: 'demo',
      tokenSetId: source.tokenSetId,
      amr: ['pwd'],
      authTime,
      expiresAt,
      user: { id: source.user.id },
    })
    expect(await parentOf(db, sessionId)).toBe(source.sid)
  })

  test('a child lives no longer than a session may', async () => {
    const [db] = instances()
    const { hash } = await nonceOf(db, await signIn(db, { expiresAt: fromNow(3600) }))
    const redeemed = await redeem(db, hash, { lifetime: 60 })
    expect(redeemed?.expiresAt.getTime()).toBeLessThan(fromNow(120).getTime())
  })

  test('a nonce by an ID token gives a session of that client without parent or tokens', async () => {
    const [db] = instances()
    const { user } = await signIn(db)
    const sessionId = randomUUID()
    const { hash } = await nonceOf(db, { user, sid: null }, { sourceClientId: 'app', amr: ['otp'] })
    expect(await redeem(db, hash, { sessionId })).toMatchObject({ user, provider: null })
    expect(await findLiveSession(db, sessionId)).toMatchObject({
      kind: 'handoff',
      provider: null,
      tokenSetId: null,
      clientId: 'app',
      amr: ['otp'],
    })
    expect(await parentOf(db, sessionId)).toBeNull()
  })
})
