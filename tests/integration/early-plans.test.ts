import { randomUUID } from 'node:crypto'
import { Client } from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { sha256 } from '#lib/crypto/digest.ts'
import { findHandoffs } from '#lib/db/activity.ts'
import type { Database, OpenDatabase } from '#lib/db/database.ts'
import { touchLiveSession } from '#lib/db/idle-sessions.ts'
import { spendNonce } from '#lib/db/nonce-spending.ts'
import { spendNonceOver } from '#lib/db/nonce-spending-over.ts'
import { insertNonce, insertNonceFor, openNonce } from '#lib/db/nonces.ts'
import { findOidcRecordByUid, findOidcRecords, findTokens } from '#lib/db/oidc-records.ts'
import { openDatabase } from '#lib/db/open.ts'
import { findMarks, isWithin, listSessions } from '#lib/db/own-sessions.ts'
import { findUserId } from '#lib/db/person-claims.ts'
import type { Statement } from '#lib/db/prepared.ts'
import { findLiveSession } from '#lib/db/sessions.ts'
import {
  extendIdleEnd,
  findSidByWebNonceHash,
  readWebNonceSessions,
  touchAppSession,
} from '#lib/db/web-nonces.ts'
import { migratedPostgres } from '../support/databases.ts'
import { newNonceOf } from '../support/rows.ts'

type Plan = { 'Node Type': string; 'Index Cond'?: string; Plans?: Plan[] }

const hash = sha256('x')
const idleTimes = { idleTime: 600, bound: { idleTime: 600 } }
const uuid = randomUUID()
const now = new Date()
const person = { issuer: 'https://op.example.org', subject: 'x', profile: {} }
const claim = {
  ...{ hash, openedAt: null, codeChallenge: null, sessionId: uuid, target: null, spentBy: hash },
  ...{ isProven: false, lifetime: 1, sourcelessLifetime: 1, idleTime: 1, device: '{}' },
}

/** What calls, hand-offs and questions ask the database, all the time. */
const hot: [what: string, ask: (db: Database) => Promise<unknown>][] = [
  ['the nonce of a session', (db) => insertNonce(db, newNonceOf({ user: { id: uuid }, sid: uuid }).row, 30)],
  [
    'the nonce of an ID token',
    (db) =>
      insertNonceFor(
        db,
        { ...newNonceOf({ user: { id: uuid }, sid: null }).row, person },
        {
          ...{ clientId: 'app', subjectTokenHash: hash, upstreamSid: null },
          ...{ authTime: now, goodUntil: now, issuedAt: now },
        },
        30,
      ),
  ],
  ['its page', (db) => openNonce(db, hash, null, { at: 'first step', device: '{}' })],
  ['its redemption', (db) => spendNonce(db.$prepared, claim)],
  ['its redemption over a session', (db) => spendNonceOver(db, claim, uuid)],
  ['a session', (db) => findLiveSession(db, uuid)],
  ['the use of a session', (db) => touchLiveSession(db, uuid, { idleTime: 600, slack: 0 })],
  ['the use of an app’s session', (db) => touchAppSession(db, uuid, idleTimes)],
  ['a web nonce', (db) => extendIdleEnd(db, hash, { clientIds: null, keys: [''] }, idleTimes)],
  ['questions about web nonces', (db) => readWebNonceSessions(db, [hash], ['app'], idleTimes)],
  ['whose a web nonce is', (db) => findSidByWebNonceHash(db, hash, 'app')],
  ['questions about tokens', (db) => findTokens(db, [hash])],
  ['a record of the OpenID Provider', (db) => findOidcRecords(db, hash, ['Session'])],
  ['one by its uid', (db) => findOidcRecordByUid(db, 'Session', hash)],
  ['a person’s sessions', (db) => listSessions(db, { userId: uuid, within: null }, uuid)],
  ['whether one of them is in reach', (db) => isWithin(db, { userId: uuid, within: uuid }, uuid)],
  ['the marks of pages that are watched', (db) => findMarks(db, [{ userId: uuid, within: uuid }])],
  ['a person’s hand-offs', (db) => findHandoffs(db, { userId: uuid, within: uuid }, null)],
  ['a person, of an issuer', (db) => findUserId(db, person)],
]

/** The statements that are asked, which the database does not get. */
async function statementsOf(db: Database, ask: (db: Database) => Promise<unknown>): Promise<Statement[]> {
  const asked: Statement[] = []
  const note = async (statement: Statement) => {
    asked.push(statement)
    return []
  }
  const recording: Pick<Database, '$prepared' | '$together'> = {
    $prepared: note,
    async $together(steps) {
      for (const [statement] of steps) await note(statement)
      return []
    },
  }
  const answer = new Proxy(db, {
    get: (target, name) => Reflect.get(recording, name) ?? Reflect.get(target, name),
  })
  await ask(answer).catch(() => {})
  return asked
}

function nodesOf(plan: Plan): Plan[] {
  return [plan, ...(plan.Plans ?? []).flatMap(nodesOf)]
}

let opened: OpenDatabase
let client: Client

beforeAll(async () => {
  const url = await migratedPostgres()
  opened = await openDatabase({ url, dataDir: '' })
  client = new Client({ connectionString: url })
  await client.connect()
  // As Baton's own connections have it.
  await client.query('SET enable_seqscan = off')
})
afterAll(() => Promise.all([client.end(), opened.close()]))

// A connection keeps a plan that was made for an empty table, and the table grows under it.
test.each(hot)('%s is found by keys of indexes, even by a plan from an empty database', async (_, ask) => {
  const statements = await statementsOf(opened.db, ask)
  expect(statements.length).toBeGreaterThan(0)
  for (const { text } of statements) {
    const { rows } = await client.query(`EXPLAIN (GENERIC_PLAN, FORMAT JSON) ${text}`)
    const [{ Plan: plan }] = rows[0]['QUERY PLAN'] as [{ Plan: Plan }]
    const scans = nodesOf(plan).filter(({ 'Node Type': type }) => /^(Seq|Index|Bitmap Index) /.test(type))
    expect(scans.length).toBeGreaterThan(0)
    expect(scans.filter((scan) => scan['Index Cond'] === undefined)).toEqual([])
  }
})
