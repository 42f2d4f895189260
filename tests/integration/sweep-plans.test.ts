import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Database, OpenDatabase } from '#lib/db/database.ts'
import { endIdleSessionTrees, touchLiveSession } from '#lib/db/idle-sessions.ts'
import { inTransaction } from '#lib/db/in-transaction.ts'
import { openDatabase } from '#lib/db/open.ts'
import { within } from '#lib/db/prepared.ts'
import { endedSince, findRevocationSlots, revocationsIn } from '#lib/db/revocations.ts'
import { sweep } from '#lib/db/sweep.ts'
import { leaseEnded } from '#lib/db/token-sets.ts'
import { touchAppSession } from '#lib/db/web-nonces.ts'
import { migratedPostgres, query } from '../support/databases.ts'
import { manySessions } from '../support/many-rows.ts'
import { fromNow, signIn } from '../support/rows.ts'
import { total } from '../support/total.ts'

let url: string
let opened: OpenDatabase

beforeAll(async () => {
  url = await migratedPostgres()
  opened = await openDatabase({ url, dataDir: '' })
  const { db } = opened
  await manySessions(db, 20_000)
  await manySessions(db, 50, { ended: 'now()' })
  await db.$executeRaw`
    INSERT INTO nonces (hash, user_id, amr, auth_time, expires_at)
    SELECT sha256(n::text::bytea), (SELECT id FROM users LIMIT 1), '{}', now(), now() + interval '1 hour'
    FROM generate_series(1, 20000) n`
  await db.$executeRaw`
    INSERT INTO oidc_records (model, hash, sealed, expires_at)
    SELECT 'AccessToken', sha256(n::text::bytea), 'sealed', now() + interval '1 hour'
    FROM generate_series(1, 20000) n`
  await db.$executeRaw`
    INSERT INTO logout_tokens (hash, expires_at)
    SELECT sha256(n::text::bytea), now() + interval '1 hour' FROM generate_series(1, 20000) n`
  await db.$executeRaw`
    INSERT INTO id_token_uses (hash, expires_at)
    SELECT sha256(n::text::bytea), now() + interval '1 hour' FROM generate_series(1, 20000) n`
  await db.$executeRaw`
    INSERT INTO device_requests (hash, user_code_hash, device, expires_at)
    SELECT sha256(n::text::bytea), sha256(n::text::bytea), '{}', now() + interval '1 hour'
    FROM generate_series(1, 20000) n`
  await db.$executeRaw`
    INSERT INTO used_proofs (hash, expires_at)
    SELECT sha256(n::text::bytea), now() + interval '1 hour' FROM generate_series(1, 20000) n`
  await db.$executeRaw`
    INSERT INTO limit_counts (key, expire)
    SELECT n::text, extract(epoch FROM now() + interval '1 hour')::bigint * 1000
    FROM generate_series(1, 20000) n`
  await db.$executeRaw`
    INSERT INTO audit_events (type, user_id)
    SELECT 'issued', (SELECT id FROM users LIMIT 1) FROM generate_series(1, 20000) n`
  await query(url, 'ANALYZE')
})
afterAll(() => opened.close())

/** The database, with the plan of each statement by which it is asked; tables may be read as a whole. */
function explaining(db: Database): { db: Database; plans: string[] } {
  const plans: string[] = []
  const explain = async (text: string, values: unknown[]) => {
    const rows = await query<{ 'QUERY PLAN': string }>(url, `EXPLAIN ${text}`, values)
    plans.push(rows.map((row) => row['QUERY PLAN']).join('\n'))
  }
  const asked: Pick<Database, '$prepared' | '$queryRawUnsafe' | '$queryRaw'> = {
    async $prepared(statement, values) {
      await explain(statement.text, [...values])
      return db.$prepared(statement, values)
    },
    $queryRawUnsafe: (async (text: string, ...values: unknown[]) => {
      await explain(text, values)
      return db.$queryRawUnsafe(text, ...values)
    }) as Database['$queryRawUnsafe'],
    $queryRaw: (async (texts: TemplateStringsArray, ...values: unknown[]) => {
      await explain(
        texts.reduce((sql, text, index) => `${sql}$${index}${text}`),
        values,
      )
      return db.$queryRaw(texts, ...values)
    }) as Database['$queryRaw'],
  }
  return {
    db: new Proxy(db, {
      get: (target, name) => Reflect.get({ ...asked, target }, name) ?? Reflect.get(target, name),
    }),
    plans,
  }
}

const ways: [what: string, statements: number, ask: (db: Database) => Promise<unknown>][] = [
  ['a sweep', 10, (db) => total(sweep(db, 90))],
  ['the check of idle ends', 1, (db) => endIdleSessionTrees(db, 100)],
  ['the search for ended token sets', 1, (db) => leaseEnded(db, { limit: 16, seconds: 0 })],
  ['the look for endings', 1, (db) => findRevocationSlots(db, null)],
  [
    'a page of endings',
    2,
    async (db) => {
      for (const kind of ['ended', 'failed'] as const)
        for await (const _ of revocationsIn(db, { kind, from: Date.now() / 100, to: Date.now() / 100 }));
    },
  ],
  [
    'what ended since',
    1,
    async (db) => {
      for await (const _ of endedSince(db, Date.now() - 60_000));
    },
  ],
]

test.each(ways)('%s reads no table as a whole', async (_, statements, ask) => {
  const { db, plans } = explaining(opened.db)
  await ask(db)
  expect(plans.length).toBeGreaterThanOrEqual(statements)
  expect(plans.filter((plan) => /Seq Scan on/.test(plan))).toEqual([])
})

test('a recorded use of a session writes to no index', async () => {
  const { db } = opened
  const one = await signIn(db, { idleTime: 600 })
  const app = await signIn(db, { idleTime: 100 })
  await db.$executeRaw`
    UPDATE sessions SET kind = 'app', expires_at = ${fromNow(3600)} WHERE id = ${app.sid}::uuid`
  const [before, after] = await inTransaction(db, async (tx) => {
    const $prepared = within(tx)
    // The counts of this connection, which may have others of before.
    const count = async () => {
      const [row] = await tx.$queryRaw<{ all: number; hot: number }[]>`
        SELECT n_tup_upd::int AS all, n_tup_hot_upd::int AS hot FROM pg_stat_xact_user_tables
        WHERE relname = 'sessions'`
      return row ?? { all: 0, hot: 0 }
    }
    const first = await count()
    await touchLiveSession({ $prepared }, one.sid, { idleTime: 700, slack: 0 })
    await touchAppSession({ $prepared }, app.sid, { idleTime: 700, bound: { idleTime: 700 } })
    return [first, await count()] as const
  })
  expect([after.all - before.all, after.hot - before.hot]).toEqual([2, 2])
})
