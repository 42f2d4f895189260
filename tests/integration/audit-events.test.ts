import { randomUUID } from 'node:crypto'
import { expect, test } from 'vitest'
import { sha256 } from '#lib/crypto/digest.ts'
import { type AuditEvent, auditEvents, removeOldEvents } from '#lib/db/audit-events.ts'
import type { Database } from '#lib/db/database.ts'
import { endIdleSessionTrees } from '#lib/db/idle-sessions.ts'
import { inTransaction } from '#lib/db/in-transaction.ts'
import { answerAsking, askForApproval, cancelNonce } from '#lib/db/nonce-approval.ts'
import { appendAttempt, countWrongVerifier } from '#lib/db/nonce-attempts.ts'
import { spendNonce } from '#lib/db/nonce-spending.ts'
import { spendNonceOver } from '#lib/db/nonce-spending-over.ts'
import { openNonce } from '#lib/db/nonces.ts'
import { spendRefused } from '#lib/db/person-claims.ts'
import { within } from '#lib/db/prepared.ts'
import { endSessionsOf, endSessionTree } from '#lib/db/sessions.ts'
import { deviceText } from '#lib/sessions/device.ts'
import { onEachDatabase } from '../support/each-database.ts'
import { someDevice } from '../support/page-of.ts'
import { handOver, nonceOf, redeem, signIn } from '../support/rows.ts'
import { total } from '../support/total.ts'

const phone = deviceText({ ...someDevice, browser: 'Safari', system: 'iOS', address: '198.51.100.7' })
const there = { browser: 'Safari', system: 'iOS', address: '198.51.100.7' }
const here = { browser: 'Firefox', system: 'Linux', address: '127.0.0.1' }
const look = { at: { target: null }, device: phone }

/** The events of a nonce, in their order. */
async function trailOf(db: Database, hash: Buffer): Promise<AuditEvent[]> {
  const events: AuditEvent[] = []
  const asked = { since: new Date(0), until: null, nonce: hash.toString('hex') }
  for await (const page of auditEvents(db, asked)) events.push(...page)
  return events
}

const typesOf = (events: AuditEvent[]) =>
  events.map(({ type, reason }) => (reason ? `${type} ${reason}` : type))

const asking = (hash: Buffer<ArrayBuffer>, browser: string) => ({
  hash,
  openedAt: null,
  codeChallenge: null,
  target: null,
  askedBy: sha256(browser),
  number: '42',
  device: phone,
})

onEachDatabase((instances) => {
  test('a hand-off has one trail, from its issue to the end of its session, with both sides', async () => {
    const [db] = instances()
    const source = await signIn(db)
    const { hash } = await nonceOf(db, source)
    await openNonce(db, hash, null, look)
    const sessionId = randomUUID()
    await redeem(db, hash, { sessionId, device: phone })
    await endSessionTree(db, source.sid, 'signed_out')

    const trail = await trailOf(db, hash)
    expect(typesOf(trail)).toEqual(['issued', 'shown', 'redeemed', 'revoked signed_out'])
    for (const event of trail)
      expect(event).toMatchObject({
        nonce: hash.toString('hex'),
        userId: source.user.id,
        sourceSessionId: source.sid,
        sourceClientId: null,
        target: null,
      })
    const [issued, shown, redeemed, revoked] = trail
    expect([issued?.source, issued?.by]).toEqual([here, null])
    expect([shown?.source, shown?.by]).toEqual([here, there])
    expect([redeemed?.by, redeemed?.sessionId]).toEqual([there, sessionId])
    expect([revoked?.by, revoked?.sessionId]).toEqual([there, sessionId])
    expect(revoked?.source).toEqual(here)
  })

  test('a page that is opened again by its browser is told once', async () => {
    const [db] = instances()
    const { hash } = await nonceOf(db, await signIn(db))
    const opened = await openNonce(db, hash, null, look)
    await openNonce(db, hash, opened?.openedAt ?? null, look)
    expect(typesOf(await trailOf(db, hash))).toEqual(['issued', 'shown'])
  })

  test('an approval is told once: asked, and approved; the second browser is refused', async () => {
    const [db] = instances()
    const source = await signIn(db)
    const one = await nonceOf(db, source, { approval: 'source' })
    for (let time = 0; time < 3; time++) await askForApproval(db.$prepared, asking(one.hash, 'a'))
    const yes = { hash: one.hash, sid: source.sid, number: '42', isApproved: true }
    expect(await answerAsking(db, yes)).toMatchObject({ isRight: true, events: [{ type: 'approved' }] })
    expect(await answerAsking(db, yes)).toMatchObject({ isRight: true, events: [] })
    expect(typesOf(await trailOf(db, one.hash))).toEqual(['issued', 'asked', 'approved'])

    const two = await nonceOf(db, source, { approval: 'source' })
    await askForApproval(db.$prepared, asking(two.hash, 'a'))
    await askForApproval(db.$prepared, asking(two.hash, 'b'))
    await askForApproval(db.$prepared, asking(two.hash, 'b'))
    expect(typesOf(await trailOf(db, two.hash))).toEqual(['issued', 'asked', 'refused second_browser'])
  })

  test('of any number of parallel questions of one browser one is told', async () => {
    const [a, b] = instances()
    const { hash } = await nonceOf(a, await signIn(a), { approval: 'source' })
    const ask = (_: unknown, index: number) =>
      askForApproval((index % 2 ? a : b).$prepared, asking(hash, 'the browser'))
    await Promise.all(Array.from({ length: 20 }, ask))
    expect(typesOf(await trailOf(a, hash))).toEqual(['issued', 'asked'])
  })

  test.each([
    ['42', false, 'refused denied'],
    ['17', true, 'refused wrong_number'],
  ])('the answer %s, %s, is told as %s', async (number, isApproved, told) => {
    const [db] = instances()
    const source = await signIn(db)
    const { hash } = await nonceOf(db, source, { approval: 'source' })
    await askForApproval(db.$prepared, asking(hash, 'a'))
    await answerAsking(db, { hash, sid: source.sid, number, isApproved })
    expect(typesOf(await trailOf(db, hash))).toEqual(['issued', 'asked', told])
  })

  test('a person who cancels is told, once', async () => {
    const [db] = instances()
    const { hash } = await nonceOf(db, await signIn(db))
    const cancellation = { hash, codeChallenge: null, cancelledBy: sha256('a') }
    for (let time = 0; time < 2; time++) await cancelNonce(db, cancellation, phone)
    expect(typesOf(await trailOf(db, hash))).toEqual(['issued', 'refused cancelled'])
  })

  test('wrong verifiers are told, and the last as a guess', async () => {
    const [db] = instances()
    const { hash } = await nonceOf(db, await signIn(db), { codeChallenge: 'x'.repeat(43) })
    for (let time = 0; time < 4; time++) await countWrongVerifier(db, hash, { most: 3, device: phone })
    const wrong = 'refused wrong_verifier'
    expect(typesOf(await trailOf(db, hash))).toEqual(['issued', wrong, wrong, 'refused guessed'])
  })

  test('whoever has the link makes no trail longer than ten of a kind, and hides nothing by it', async () => {
    const [a, b] = instances()
    const { hash } = await nonceOf(a, await signIn(a))
    const each = (work: (db: Database) => Promise<unknown>) =>
      Promise.all(Array.from({ length: 30 }, (_, index) => work(index % 2 ? a : b)))
    await each((db) => openNonce(db, hash, null, look))
    await each((db) => appendAttempt(db, hash, { type: 'refused', reason: 'spent', device: phone }))
    await each((db) => appendAttempt(db, hash, { type: 'replayed', reason: null, device: phone }))
    const types = (await trailOf(a, hash)).map(({ type }) => type)
    const count = (type: string) => types.filter((told) => told === type).length
    expect([count('shown'), count('refused'), count('replayed')]).toEqual([10, 10, 10])
  })

  test.each([
    ['everywhere', (db: Database, userId: string) => endSessionsOf(db, userId, 'signed_out_everywhere')],
    [
      'when it was idle',
      async (db: Database, userId: string) => {
        await db.$executeRaw`
          UPDATE sessions SET idle_until = now() - interval '1 s', idle_check_at = now() - interval '1 s'
          WHERE user_id = ${userId}::uuid AND kind = 'browser'`
        await inTransaction(db, (tx) => endIdleSessionTrees(tx, 100))
      },
    ],
  ])('each hand-off session that ends %s is told, and no other session', async (_, end) => {
    const [db] = instances()
    const source = await signIn(db, { idleTime: 600 })
    const children = [await handOver(db, source), await handOver(db, source)]
    const grandchild = await handOver(db, children[0] ?? source)
    await end(db, source.user.id)
    const told = await revokedOf(db, source.user.id)
    expect(told.toSorted()).toEqual([...children, grandchild].map(({ sid }) => sid).toSorted())
  })

  test.each<[string, (db: Database, source: { user: { id: string }; sid: string }) => Promise<unknown>]>([
    ['its source ends', (db, { sid }) => endSessionTree(db, sid, 'signed_out')],
    ['its person signs out everywhere', (db, { user }) => endSessionsOf(db, user.id, 'signed_out')],
  ])('a nonce that is taken back is told once, as %s; one that is spent or closed is not', async (_, end) => {
    const [db] = instances()
    const source = await signIn(db)
    const [open, spent, closed] = [
      await nonceOf(db, source),
      await nonceOf(db, source),
      await nonceOf(db, source),
    ]
    await redeem(db, spent.hash)
    await cancelNonce(db, { hash: closed.hash, codeChallenge: null, cancelledBy: sha256('a') }, phone)
    await end(db, source)
    expect(typesOf(await trailOf(db, open.hash))).toEqual(['issued', 'revoked signed_out'])
    expect(typesOf(await trailOf(db, spent.hash))).toEqual(['issued', 'redeemed', 'revoked signed_out'])
    expect(typesOf(await trailOf(db, closed.hash))).toEqual(['issued', 'refused cancelled'])
    expect(await redeem(db, open.hash)).toBeUndefined()
  })

  test('a nonce without a session is told of as well, when its person is signed out or refused', async () => {
    const [db] = instances()
    const { user } = await signIn(db)
    const [everywhere, refused] = [
      await nonceOf(db, { user, sid: null }),
      await nonceOf(db, { user, sid: null }),
    ]
    expect(await spendRefused(db, [refused.hash])).toMatchObject([{ reason: 'not_allowed' }])
    await endSessionsOf(db, user.id, 'operator')
    expect(typesOf(await trailOf(db, everywhere.hash))).toEqual(['issued', 'revoked operator'])
    expect(typesOf(await trailOf(db, refused.hash))).toEqual(['issued', 'revoked not_allowed'])
  })

  test('what a transaction that is rolled back has done is told nowhere', async () => {
    const [db] = instances()
    const source = await signIn(db)
    const { hash } = await nonceOf(db, source)
    const given = {
      ...{ hash, openedAt: null, codeChallenge: null, sessionId: randomUUID(), target: null },
      ...{ spentBy: sha256('a'), isProven: false, lifetime: 3600, sourcelessLifetime: 3600 },
      ...{ idleTime: undefined, device: phone },
    }
    const fails = inTransaction(db, async (tx) => {
      const spent = await spendNonce(within(tx), given)
      expect(spent?.events).toHaveLength(1)
      await endSessionTree(tx, given.sessionId, 'signed_out')
      throw new Error('the power is gone')
    })
    await expect(fails).rejects.toThrow('the power is gone')
    expect(typesOf(await trailOf(db, hash))).toEqual(['issued'])
    // In the same way, a session that makes way is told with what takes its place.
    const child = await handOver(db, source)
    const over = await spendNonceOver(db, given, child.sid)
    expect([over?.spent.events.length, over?.ended.events.map(({ reason }) => reason)]).toEqual([
      1,
      ['replaced'],
    ])
  })

  test('of a raced nonce one redemption is told', async () => {
    const [a, b] = instances()
    const { hash } = await nonceOf(a, await signIn(a))
    await Promise.all(Array.from({ length: 20 }, (_, index) => redeem(index % 2 ? a : b, hash)))
    expect(typesOf(await trailOf(a, hash))).toEqual(['issued', 'redeemed'])
  })

  test('an event is never changed', async () => {
    const [db] = instances()
    const { hash } = await nonceOf(db, await signIn(db))
    await expect(db.$executeRaw`UPDATE audit_events SET type = 'other'`).rejects.toThrow(/never changed/)
    expect(typesOf(await trailOf(db, hash))).toEqual(['issued'])
  })

  test('events go when they are older than the days for which they are kept, and not before', async () => {
    const [db] = instances()
    const userId = randomUUID()
    await db.$executeRaw`
      INSERT INTO audit_events (type, user_id, at)
      SELECT 'issued', ${userId}::uuid, now() - make_interval(days => 30, secs => 60 - age)
      FROM (SELECT 0 AS age UNION ALL SELECT 120) AS ages, generate_series(1, 1500)`
    expect(await total(removeOldEvents(db, 30))).toBe(1500)
    expect(await total(removeOldEvents(db, 30))).toBe(0)
    let kept = 0
    for await (const page of auditEvents(db, { since: new Date(0), until: null, person: userId }))
      kept += page.length
    expect(kept).toBe(1500)
  })

  test('pages of events are neither cut short nor repeated where many have the same time', async () => {
    const [db] = instances()
    const person = randomUUID()
    await db.$executeRaw`
      INSERT INTO audit_events (type, user_id) SELECT 'issued', ${person}::uuid FROM generate_series(1, 2500)`
    const ids: number[] = []
    for await (const page of auditEvents(db, { since: new Date(0), until: null, person }))
      ids.push(...page.map(({ id }) => id))
    expect([ids.length, new Set(ids).size]).toEqual([2500, 2500])
    const later = { since: new Date(Date.now() + 3_600_000), until: null, person }
    for await (const page of auditEvents(db, later)) expect(page).toEqual([])
  })
})

async function revokedOf(db: Database, person: string): Promise<(string | null)[]> {
  const sids: (string | null)[] = []
  for await (const page of auditEvents(db, { since: new Date(0), until: null, person }))
    sids.push(...page.filter(({ type }) => type === 'revoked').map(({ sessionId }) => sessionId))
  return sids
}
