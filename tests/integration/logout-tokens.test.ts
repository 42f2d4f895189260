import { randomUUID } from 'node:crypto'
import { expect, test } from 'vitest'
import { sha256 } from '#lib/crypto/digest.ts'
import type { Database } from '#lib/db/database.ts'
import { takeLogoutToken, type UpstreamLogout } from '#lib/db/logout-tokens.ts'
import { endSessionsOf, nothingEnded } from '#lib/db/sessions.ts'
import { onEachDatabase } from '../support/each-database.ts'
import { handOver, living, nonceOf, redeem, signIn } from '../support/rows.ts'

const issuer = 'https://op.example.org'

const logout = (change: Partial<UpstreamLogout>): UpstreamLogout => ({
  hash: sha256(randomUUID()),
  expiresAt: new Date(Date.now() + 60_000),
  issuer,
  subject: null,
  sid: null,
  providers: ['demo'],
  clients: [],
  ...change,
})

/**
 * One person with two sign-ins of their own name each, one whose provider told no `sid`, and a hand-off of
 * the first.
 */
async function household(db: Database) {
  const [subject, first, second] = [randomUUID(), randomUUID(), randomUUID()]
  const one = await signIn(db, { upstreamSubject: subject, upstreamSid: first })
  const sameUser = { userId: one.user.id, upstreamSubject: subject }
  const two = await signIn(db, { ...sameUser, upstreamSid: second })
  const unnamed = await signIn(db, { ...sameUser, upstreamSid: null })
  const elsewhere = await signIn(db, { ...sameUser, upstreamSid: null, provider: 'another' })
  const child = await handOver(db, one)
  const other = await signIn(db, { upstreamSubject: randomUUID(), upstreamSid: randomUUID() })
  return { subject, first, second, sessions: { one, child, two, unnamed, elsewhere, other } }
}

onEachDatabase((instances) => {
  test("by sid and sub: that sign-in, its hand-offs, and the client's sessions without sid", async () => {
    const [db] = instances()
    const { subject, first, sessions } = await household(db)
    const ended = await takeLogoutToken(db, logout({ subject, sid: first }))
    expect(ended?.sids.toSorted()).toEqual(
      [sessions.one.sid, sessions.child.sid, sessions.unnamed.sid].toSorted(),
    )
    expect(await living(db, sessions)).toEqual({
      one: false,
      child: false,
      two: true,
      unnamed: false,
      elsewhere: true,
      other: true,
    })
  })

  test('by sid alone: that sign-in with its hand-offs and nothing else', async () => {
    const [db] = instances()
    const { first, sessions } = await household(db)
    await takeLogoutToken(db, logout({ sid: first }))
    expect(await living(db, sessions)).toEqual({
      one: false,
      child: false,
      two: true,
      unnamed: true,
      elsewhere: true,
      other: true,
    })
  })

  test('by sub alone: all that is the person’s, were their parents gone, and nobody else', async () => {
    const [db] = instances()
    const { subject, sessions } = await household(db)
    await db.$executeRaw`UPDATE sessions SET ended_at = now() WHERE id = ${sessions.one.sid}::uuid`
    await takeLogoutToken(db, logout({ subject }))
    expect(await living(db, sessions)).toEqual({
      one: false,
      child: false,
      two: false,
      unnamed: false,
      elsewhere: false,
      other: true,
    })
  })

  test('a sid with another sub, or of another issuer, ends nothing', async () => {
    const [db] = instances()
    const { first, subject, sessions } = await household(db)
    expect(await takeLogoutToken(db, logout({ sid: first, subject: 'another' }))).toEqual(nothingEnded)
    expect(await takeLogoutToken(db, logout({ sid: first, issuer: 'https://other.example.org' }))).toEqual(
      nothingEnded,
    )
    expect(await takeLogoutToken(db, logout({ subject, issuer: 'https://other.example.org' }))).toEqual(
      nothingEnded,
    )
    expect(Object.values(await living(db, sessions))).toEqual(Array(6).fill(true))
  })

  test('of 20 parallel deliveries of one token on two instances one is taken', async () => {
    const [a, b] = instances()
    const { first } = await household(a)
    const once = logout({ sid: first })
    const taken = await Promise.all(
      Array.from({ length: 20 }, (_, index) => takeLogoutToken(index % 2 ? a : b, once)),
    )
    expect(taken.filter((ended) => ended !== undefined)).toHaveLength(1)
  })

  test('signing out everywhere ends all sessions and pending nonces of that person alone', async () => {
    const [db] = instances()
    const { sessions } = await household(db)
    const { hash } = await nonceOf(db, { user: sessions.one.user, sid: null })
    const { userId } = { userId: sessions.one.user.id }
    expect(await endSessionsOf(db, userId, 'signed_out')).toMatchObject({ sids: { length: 5 } })
    expect(await endSessionsOf(db, userId, 'signed_out')).toEqual(nothingEnded)
    expect(await living(db, sessions)).toMatchObject({
      one: false,
      two: false,
      elsewhere: false,
      other: true,
    })
    expect(await redeem(db, hash)).toBeUndefined()
  })
})
