import { randomUUID } from 'node:crypto'
import { expect, test } from 'vitest'
import { findHandoffs, findNotices } from '#lib/db/activity.ts'
import type { Database } from '#lib/db/database.ts'
import { appendAttempt } from '#lib/db/nonce-attempts.ts'
import { findMarks, isWithin, listSessions, mostListed, type Reach } from '#lib/db/own-sessions.ts'
import { endSessionTree } from '#lib/db/sessions.ts'
import { deviceText } from '#lib/sessions/device.ts'
import { onEachDatabase } from '../support/each-database.ts'
import { someDevice } from '../support/page-of.ts'
import { fromNow, handOver, nonceOf, redeem, signIn } from '../support/rows.ts'

type Row = { user: { id: string }; sid: string }

const allOf = ({ user }: Row): Reach => ({ userId: user.id, within: null })
const within = ({ user, sid }: Row): Reach => ({ userId: user.id, within: sid })

/** The sessions of a list, each with the one that it stands under. */
async function listed(db: Database, reach: Reach, first: Row): Promise<Record<string, string | null>> {
  const rows = await listSessions(db, reach, first.sid)
  return Object.fromEntries(rows.map(({ id, parentId }) => [id, parentId]))
}

const shorten = (db: Database, { sid }: Row) => db.$executeRaw`
  UPDATE sessions SET idle_until = now() - interval '1 second' WHERE id = ${sid}::uuid`

onEachDatabase((instances) => {
  test('a person sees all their living sessions, each under the one that it came of', async () => {
    const [db] = instances()
    const [source, stranger] = [await signIn(db), await signIn(db)]
    const child = await handOver(db, source)
    const grandchild = await handOver(db, child)
    const ended = await handOver(db, source)
    await handOver(db, stranger)
    await endSessionTree(db, ended.sid, 'signed_out')
    expect(await listed(db, allOf(source), source)).toEqual({
      [source.sid]: null,
      [child.sid]: source.sid,
      [grandchild.sid]: child.sid,
    })
  })

  test('a hand-off sees itself and what came of it, and not its source or siblings', async () => {
    const [db] = instances()
    const source = await signIn(db)
    const child = await handOver(db, source)
    const grandchild = await handOver(db, child)
    await handOver(db, source)
    expect(await listed(db, within(child), child)).toEqual({ [child.sid]: null, [grandchild.sid]: child.sid })
    // Of a reach that mixes two people nothing is seen.
    const mixed = { userId: (await signIn(db)).user.id, within: child.sid }
    expect(await listed(db, mixed, child)).toEqual({})
  })

  test('a session whose source was left behind stands under the next one that is alive', async () => {
    const [db] = instances()
    const source = await signIn(db)
    const left = await handOver(db, source)
    const successor = await handOver(db, left, left)
    expect(await listed(db, allOf(source), source)).toEqual({
      [source.sid]: null,
      [successor.sid]: source.sid,
    })
    expect(await isWithin(db, within(left), successor.sid)).toBe(true)
  })

  test('sessions that have expired or are idle for too long are not listed or ended', async () => {
    const [db] = instances()
    const source = await signIn(db)
    const [expired, idle] = [await handOver(db, source), await handOver(db, source)]
    await db.$executeRaw`UPDATE sessions SET expires_at = now() WHERE id = ${expired.sid}::uuid`
    await shorten(db, idle)
    expect(Object.keys(await listed(db, allOf(source), source))).toEqual([source.sid])
    for (const { sid } of [expired, idle]) expect(await isWithin(db, allOf(source), sid)).toBe(false)
  })

  test('a hand-off that is as idle as its app is not listed once the app is', async () => {
    const [db] = instances()
    const app = await signIn(db)
    const child = await handOver(db, app)
    await db.$executeRaw`UPDATE sessions SET idle_with = ${app.sid}::uuid WHERE id = ${child.sid}::uuid`
    await shorten(db, app)
    expect(await listed(db, allOf(app), app)).toEqual({})
  })

  test('a session is within reach of its person and of what it came of, and of nobody else', async () => {
    const [db] = instances()
    const [source, stranger] = [await signIn(db), await signIn(db)]
    const [child, sibling] = [await handOver(db, source), await handOver(db, source)]
    const grandchild = await handOver(db, child)
    for (const { sid } of [source, child, sibling, grandchild]) {
      expect(await isWithin(db, allOf(source), sid)).toBe(true)
      expect(await isWithin(db, allOf(stranger), sid)).toBe(false)
      expect(await isWithin(db, within(child), sid)).toBe([child.sid, grandchild.sid].includes(sid))
    }
    expect(await isWithin(db, allOf(source), randomUUID())).toBe(false)
  })

  test('a list is bounded, and the session that looks is in it whatever was used since', async () => {
    const [db] = instances()
    const source = await signIn(db)
    await db.$executeRaw`
      INSERT INTO sessions (id, kind, user_id, auth_time, expires_at, used_at)
      SELECT gen_random_uuid(), 'app', ${source.user.id}::uuid, now(), now() + interval '1 hour',
             now() + interval '1 minute'
      FROM generate_series(1, ${mostListed + 10})`
    const rows = await listSessions(db, allOf(source), source.sid)
    expect([rows.length, rows[0]?.id]).toEqual([mostListed, source.sid])
  })

  test('hand-offs come in pages, the newest first; each goes on where the last one ended', async () => {
    const [db] = instances()
    const source = await signIn(db)
    const nonces = []
    for (let made = 0; made < 65; made++) nonces.push((await nonceOf(db, source)).hash.toString('hex'))
    nonces.reverse()
    const pages = []
    for (let before: string | null = null; ; ) {
      const { handoffs, hasMore } = await findHandoffs(db, allOf(source), before)
      pages.push(handoffs.map(({ nonce }) => nonce))
      if (!hasMore) break
      before = handoffs.at(-1)?.nonce ?? null
    }
    expect(pages).toEqual([nonces.slice(0, 30), nonces.slice(30, 60), nonces.slice(60)])
    // The nonce of somebody else is no place in this timeline.
    const stranger = await nonceOf(db, await signIn(db))
    const { handoffs } = await findHandoffs(db, allOf(source), stranger.hash.toString('hex'))
    expect(handoffs[0]?.nonce).toBe(nonces[0])
  })

  test('a hand-off tells what happened, the oldest first, with both sides', async () => {
    const [db] = instances()
    const source = await signIn(db)
    const { hash } = await nonceOf(db, source)
    const sid = randomUUID()
    const there = { ...someDevice, browser: 'Safari', address: '203.0.113.7' }
    await redeem(db, hash, { sessionId: sid, device: deviceText(there) })
    await appendAttempt(db, hash, { type: 'replayed', reason: null, device: deviceText(someDevice) })
    await endSessionTree(db, sid, 'ended_by_person')
    const { handoffs } = await findHandoffs(db, allOf(source), null)
    expect(handoffs.map(({ nonce }) => nonce)).toEqual([hash.toString('hex')])
    expect(handoffs[0]?.events).toMatchObject([
      { type: 'issued', reason: null, sourceDevice: deviceText(someDevice), targetDevice: null },
      { type: 'redeemed', targetDevice: deviceText(there) },
      { type: 'replayed', targetDevice: deviceText(someDevice) },
      { type: 'revoked', reason: 'ended_by_person', targetDevice: deviceText(there) },
    ])
  })

  test('a hand-off session sees what was handed over from it, and nothing of its source', async () => {
    const [db] = instances()
    const source = await signIn(db)
    const child = await handOver(db, source)
    expect((await findHandoffs(db, within(child), null)).handoffs).toEqual([])
    const { hash } = await nonceOf(db, child)
    const other = await nonceOf(db, source)
    for (const one of [hash, other.hash])
      await appendAttempt(db, one, { type: 'replayed', reason: null, device: deviceText(someDevice) })
    const { handoffs } = await findHandoffs(db, within(child), null)
    expect(handoffs.map(({ nonce }) => nonce)).toEqual([hash.toString('hex')])
    const notices = await findNotices(db, within(child))
    expect(notices.map(({ nonce }) => nonce)).toEqual([hash.toString('hex')])
    expect(await findNotices(db, allOf(source))).toHaveLength(2)
  })

  test('notices are the attempts of somebody else, of the last week, five at most', async () => {
    const [db] = instances()
    const source = await signIn(db)
    const refuse = async (reason: 'expired' | 'spent' | 'denied' | 'other_network' | 'guessed') =>
      appendAttempt(db, (await nonceOf(db, source)).hash, {
        type: 'refused',
        reason,
        device: deviceText(someDevice),
      })
    await refuse('expired')
    await refuse('spent')
    expect(await findNotices(db, allOf(source))).toEqual([])
    for (const reason of ['denied', 'other_network', 'guessed'] as const) await refuse(reason)
    const reasons = async () => (await findNotices(db, allOf(source))).map(({ reason }) => reason)
    expect(await reasons()).toEqual(['guessed', 'other_network', 'denied'])
    await db.$executeRaw`
      INSERT INTO audit_events (type, user_id, at) VALUES
        ('replayed', ${source.user.id}::uuid, now() - interval '8 days')`
    expect(await reasons()).toHaveLength(3)
    for (let more = 0; more < 4; more++) await refuse('denied')
    expect(await reasons()).toEqual(['denied', 'denied', 'denied', 'denied', 'guessed'])
  })

  test('a mark changes with what a person has, by any instance, and with nobody else', async () => {
    const [here, there] = instances()
    const [person, other] = [await signIn(here), await signIn(here)]
    const look = async () => {
      const marks = await findMarks(here, [person, other].map(allOf))
      return [marks.get(person.user.id), marks.get(other.user.id)]
    }
    const seen = [await look()]
    const changes = [
      () => handOver(there, person),
      () => nonceOf(there, person),
      () => signIn(there).then(({ sid }) => move(there, sid, person)),
      () => endSessionTree(there, person.sid, 'signed_out'),
    ]
    for (const change of changes) {
      await change()
      seen.push(await look())
      expect(await look()).toEqual(seen.at(-1))
    }
    expect(new Set(seen.map(([mark]) => mark)).size).toBe(seen.length)
    expect(new Set(seen.map(([, mark]) => mark)).size).toBe(1)
  })

  test('a mark changes when a session expires', async () => {
    const [db] = instances()
    const person = await signIn(db, { expiresAt: fromNow(3600) })
    const before = await findMarks(db, [allOf(person)])
    await db.$executeRaw`UPDATE sessions SET expires_at = now() WHERE id = ${person.sid}::uuid`
    expect(await findMarks(db, [allOf(person)])).not.toEqual(before)
  })
})

/** Makes a session this person's. */
async function move(db: Database, sid: string, { user }: Row): Promise<void> {
  await db.$executeRaw`UPDATE sessions SET user_id = ${user.id}::uuid WHERE id = ${sid}::uuid`
}
