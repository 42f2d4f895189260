import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { sha256 } from '#lib/crypto/digest.ts'
import type { Database, OpenDatabase, Queries } from '#lib/db/database.ts'
import { signOutPeople } from '#lib/db/global-sign-outs.ts'
import { inTransaction } from '#lib/db/in-transaction.ts'
import { spendNonce } from '#lib/db/nonce-spending.ts'
import { insertNonceFor } from '#lib/db/nonces.ts'
import { openDatabase } from '#lib/db/open.ts'
import { within } from '#lib/db/prepared.ts'
import { endSessionsOf, findLiveSession, insertSession } from '#lib/db/sessions.ts'
import { type User, upsertUser } from '#lib/db/users.ts'
import { insertWebNonce } from '#lib/db/web-nonces.ts'
import { deviceText } from '#lib/sessions/device.ts'
import { migratedPostgres } from '../support/databases.ts'
import { onEachDatabase } from '../support/each-database.ts'
import { someDevice } from '../support/page-of.ts'
import { fromNow, handOver, living, nonceOf, redeem, signIn } from '../support/rows.ts'

const issuer = 'https://op.example.org'

let opened: OpenDatabase[] = []
let a: Database
let b: Database

// Two instances on one database: what waits for another transaction needs a connection of its own.
beforeAll(async () => {
  const where = { url: await migratedPostgres(), dataDir: '' }
  opened = await Promise.all([openDatabase(where), openDatabase(where)])
  ;[a, b] = opened.map(({ db }) => db) as [Database, Database]
})
afterAll(() => Promise.all(opened.map(({ close }) => close())))

const newToken = () => ({ hash: sha256(randomUUID()), expiresAt: fromNow(300) })

type Someone = { user: User; subject: string }

async function newPerson(): Promise<Someone> {
  const subject = randomUUID()
  return { user: await upsertUser(a, issuer, subject, { name: 'Demo User' }), subject }
}

const signOut = (db: Database, { user }: { user: User }) =>
  signOutPeople(db, newToken(), async () => [user.id])

/** The four ways in which something of a person's sign-in starts, each proven at a time. */
const ways: Record<string, (db: Database, person: Someone, provenAt: Date) => Promise<boolean>> = {
  'a nonce by an ID token': async (db, { subject }, issuedAt) =>
    (await insertNonceFor(
      db,
      {
        hash: sha256(randomUUID()),
        person: { issuer, subject, profile: {} },
        sourceSessionId: null,
        sourceClientId: 'app',
        target: null,
        redirectTo: null,
        codeChallenge: null,
        amr: [],
        authTime: issuedAt,
        approval: null,
        sourceDevice: deviceText(someDevice),
      },
      {
        clientId: 'app',
        subjectTokenHash: sha256(randomUUID()),
        upstreamSid: null,
        authTime: null,
        goodUntil: fromNow(60),
        issuedAt,
      },
      30,
    )) !== undefined,
  'a web nonce': async (db, person, issuedAt) => (await exchange(db, person, issuedAt)) !== undefined,
  'a session in a browser': (db, { user }, provenAfter) => start(db, user, provenAfter),
}

const exchange = (
  db: Database,
  { subject }: Someone,
  issuedAt: Date,
  subjectTokenHash = sha256(randomUUID()),
) =>
  insertWebNonce(db, {
    hash: sha256(randomUUID()),
    subjectTokenHash,
    person: { issuer, subject, profile: {} },
    clientId: 'app',
    amr: [],
    authTime: issuedAt,
    issuedAt,
    upstreamSubject: null,
    upstreamSid: null,
    device: deviceText(someDevice),
    jkt: null,
    idleTime: 600,
    lifetime: 3600,
  })

function start(db: Database, user: User, provenAfter: Date): Promise<boolean> {
  const session = {
    id: randomUUID(),
    kind: 'browser' as const,
    userId: user.id,
    provider: 'demo',
    amr: [],
    authTime: new Date(),
    expiresAt: fromNow(3600),
    idleTime: undefined,
    upstreamSubject: null,
    upstreamSid: null,
    device: deviceText(someDevice),
    provenAfter,
  }
  return insertSession(db, session, { id: randomUUID(), sealed: 'sealed' })
}

/** What of a person could still be used. */
async function leftOf({
  user,
}: {
  user: User
}): Promise<{ sessions: number; nonces: number; tokenSets: number }> {
  const [row] = await a.$queryRaw<{ sessions: number; nonces: number; tokenSets: number }[]>`
    SELECT (SELECT count(*) FROM sessions WHERE user_id = users.id AND ended_at IS NULL)::int AS sessions,
           (SELECT count(*) FROM nonces WHERE user_id = users.id AND used_at IS NULL)::int AS nonces,
           (SELECT count(*) FROM token_sets JOIN sessions ON token_set_id = token_sets.id
            WHERE user_id = users.id AND token_sets.ended_at IS NULL)::int AS "tokenSets"
    FROM users WHERE id = ${user.id}::uuid`
  return row as { sessions: number; nonces: number; tokenSets: number }
}

const nothing = { sessions: 0, nonces: 0, tokenSets: 0 }

/** Waits until so many connections wait for a lock. */
async function waiting(count: number): Promise<void> {
  for (;;) {
    const [row] = await a.$queryRaw<{ waiting: number }[]>`
      SELECT count(*)::int AS waiting FROM pg_stat_activity
      WHERE datname = current_database() AND wait_event_type = 'Lock'`
    if (row?.waiting === count) return
    await sleep(10)
  }
}

/** Runs `first` in a transaction that stays open until `second` waits for it; gives what `second` gives. */
async function overlapping<Result>(
  first: (tx: Queries) => Promise<unknown>,
  second: () => Promise<Result>,
): Promise<Result> {
  let result: Promise<Result> | undefined
  await inTransaction(a, async (tx) => {
    await first(tx)
    result = second()
    result.catch(() => {})
    await waiting(1)
  })
  return result as Promise<Result>
}

onEachDatabase((instances) => {
  test('a sign-out by an operator ends all sessions and nonces of that person alone', async () => {
    const [db] = instances()
    const person = await signIn(db)
    const { user } = person
    const sessions = { browser: person, child: await handOver(db, person), other: await signIn(db) }
    const nonces = [await nonceOf(db, person), await nonceOf(db, { user, sid: null })]
    const done = await signOut(db, person)
    expect(done?.people).toHaveLength(1)
    expect(done?.ended.sids.toSorted()).toEqual([sessions.browser.sid, sessions.child.sid].toSorted())
    expect(await living(db, sessions)).toEqual({ browser: false, child: false, other: true })
    for (const { hash } of nonces) expect(await redeem(db, hash)).toBeUndefined()
    expect(await start(db, user, fromNow(-1))).toBe(false)
    expect(await start(db, user, fromNow(1))).toBe(true)
  })
})

test('the token sets of a person end with their sessions, and those of others do not', async () => {
  const [person, other] = [await signIn(a), await signIn(a)]
  await signOut(a, person)
  expect(await leftOf(person)).toEqual(nothing)
  expect(await leftOf(other)).toEqual({ sessions: 1, nonces: 0, tokenSets: 1 })
})

test('of 20 parallel calls with one token on two instances one is taken', async () => {
  const { user } = await signIn(a)
  const token = newToken()
  const taken = await Promise.all(
    Array.from({ length: 20 }, (_, index) => signOutPeople(index % 2 ? a : b, token, async () => [user.id])),
  )
  expect(taken.filter((done) => done !== undefined)).toHaveLength(1)
})

test('a call that fails ends nothing and can be repeated with its token', async () => {
  const person = await signIn(a)
  const token = newToken()
  const failed = signOutPeople(a, token, async (tx) => {
    await tx.$executeRaw`UPDATE sessions SET ended_at = now() WHERE user_id = ${person.user.id}::uuid`
    throw new Error('the database went away')
  })
  await expect(failed).rejects.toThrow('went away')
  expect(await leftOf(person)).toEqual({ sessions: 1, nonces: 0, tokenSets: 1 })
  expect(await signOutPeople(b, token, async () => [person.user.id])).toMatchObject({
    people: [person.user.id],
  })
  expect(await leftOf(person)).toEqual(nothing)
})

test('a second sign-out never takes the time of the first one back', async () => {
  const person = await newPerson()
  await a.$executeRaw`UPDATE users SET signed_out_at = ${fromNow(60)} WHERE id = ${person.user.id}::uuid`
  await signOut(a, person)
  expect(await start(a, person.user, fromNow(30))).toBe(false)
})

test.each(Object.entries(ways))('%s starts by a proof of after the sign-out alone', async (_, begin) => {
  const person = await newPerson()
  expect(await begin(a, person, fromNow(-1))).toBe(true)
  await signOut(a, person)
  const before = await leftOf(person)
  expect(await begin(b, person, fromNow(-1))).toBe(false)
  expect(await leftOf(person)).toEqual(before)
  expect(await begin(b, person, fromNow(1))).toBe(true)
})

test.each(Object.entries(ways))(
  '%s that begins while the person is being signed out is refused',
  async (_, begin) => {
    const person = await newPerson()
    const provenAt = fromNow(-1)
    const locked = async (tx: Queries) => {
      await tx.$executeRaw`
        UPDATE users SET signed_out_at = clock_timestamp() WHERE id = ${person.user.id}::uuid`
    }
    expect(await overlapping(locked, () => begin(b, person, provenAt))).toBe(false)
    expect(await leftOf(person)).toEqual(nothing)
  },
)

test('a web nonce whose exchange is under way is ended by the sign-out that waits for it', async () => {
  const person = await newPerson()
  const subjectTokenHash = sha256(randomUUID())
  let exchanged: ReturnType<typeof exchange> | undefined
  // The exchange holds the person, and waits here for another one of the same ID token.
  const sameToken = async (tx: Queries) => {
    const lock = subjectTokenHash.toString('hex')
    await tx.$queryRaw`SELECT pg_advisory_xact_lock(hashtextextended(${lock}, 0))::text`
    exchanged = exchange(b, person, fromNow(-1), subjectTokenHash)
    await waiting(1)
  }
  let signedOut: ReturnType<typeof signOut> | undefined
  await inTransaction(a, async (tx) => {
    await sameToken(tx)
    signedOut = signOut(b, person)
    await waiting(2)
  })
  expect(await exchanged).toBeDefined()
  expect((await signedOut)?.ended.sids).toHaveLength(1)
  expect(await leftOf(person)).toEqual(nothing)
})

test('what a hand-off is about to start ends with a sign-out, though its nonce has no session', async () => {
  const person = await newPerson()
  const { hash } = await nonceOf(a, { user: person.user, sid: null })
  const sid = randomUUID()
  const claim = {
    hash,
    openedAt: null,
    codeChallenge: null,
    sessionId: sid,
    target: null,
    spentBy: sha256(sid),
    isProven: false,
    lifetime: 3600,
    sourcelessLifetime: 3600,
    idleTime: undefined,
    device: deviceText(someDevice),
  }
  const ended = await overlapping(
    (tx) => spendNonce(within(tx), claim),
    () => inTransaction(b, (tx) => endSessionsOf(tx, person.user.id, 'signed_out')),
  )
  expect(ended.sids).toEqual([sid])
  expect(await findLiveSession(a, sid)).toBeUndefined()
})

test('two operators that sign out the same people at once do not get in each other’s way', async () => {
  const people = await Promise.all(Array.from({ length: 5 }, () => signIn(a)))
  const ids = people.map(({ user }) => user.id)
  const both = await Promise.all(
    Array.from({ length: 10 }, (_, index) =>
      signOutPeople(index % 2 ? a : b, newToken(), async () => (index % 2 ? ids : ids.toReversed())),
    ),
  )
  expect(both.flatMap((done) => done?.ended.sids ?? []).toSorted()).toEqual(
    people.map(({ sid }) => sid).toSorted(),
  )
})

test('hand-offs of a person go on while that person is being signed out, and none is left', async () => {
  const person = await signIn(a)
  const nonces = await Promise.all(Array.from({ length: 20 }, () => nonceOf(a, person)))
  await Promise.all([...nonces.map(({ hash }, index) => redeem(index % 2 ? a : b, hash)), signOut(a, person)])
  expect(await leftOf(person)).toEqual(nothing)
})
