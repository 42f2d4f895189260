import { createHash } from 'node:crypto'
import { Client } from 'pg'
import { expect } from 'vitest'
import { formTokenOf } from '#lib/oidc/interaction/form-token.ts'
import { authSecret, type Baton } from '../../support/baton.ts'
import { httpCall, type Reply } from '../../support/clients/http-call.ts'
import { nonceHash } from '../../support/nonce-hash.ts'
import type { Person } from '../../support/person.ts'
import { follow } from '../../support/relying-party.ts'
import type { Stage } from '../../support/stage.ts'
import { perFile } from '../../support/test.ts'
import { type App, test as base, errorOf } from '../../support/test-oidc.ts'

const test = base.extend('second', perFile, ({ startAnother }) => startAnother())

/** Presses the button of a step's page at one of the servers. */
async function press(browser: Person, { pathname }: URL, at: Baton, form: Record<string, string> = {}) {
  const uid = pathname.split('/').at(-1) ?? ''
  return httpCall(at.address, pathname, {
    method: 'POST',
    headers: {
      host: new URL(at.url).host,
      cookie: await browser.cookies(pathname),
      'sec-fetch-site': 'same-origin',
      'content-type': 'application/x-www-form-urlencoded',
    },
    body: new URLSearchParams({ csrf_token: formTokenOf(uid, [authSecret]), ...form }).toString(),
  })
}

/**
 * Locks a row until every press is waiting for it or for an earlier press; each is sent when the one before
 * it waits. All of them have read the undecided step by then.
 */
async function whileLocked(
  { databaseUrl, sql }: Stage,
  row: { sql: string; hash: Buffer },
  presses: (() => Promise<Reply>)[],
  beforeRelease = async () => {},
): Promise<PromiseSettledResult<Reply>[]> {
  const holder = new Client({ connectionString: databaseUrl })
  await holder.connect()
  try {
    await holder.query('BEGIN')
    expect((await holder.query(`${row.sql} FOR UPDATE`, [row.hash])).rowCount).toBe(1)
    const answers: Promise<PromiseSettledResult<Reply>[]>[] = []
    for (const send of presses) {
      answers.push(Promise.allSettled([send()]))
      await expect.poll(() => waiting(sql)).toBe(answers.length)
    }
    await beforeRelease()
    await holder.query('COMMIT')
    return (await Promise.all(answers)).flat()
  } finally {
    await holder.end()
  }
}

async function waiting(sql: Stage['sql']): Promise<number | undefined> {
  const [row] = await sql<{ count: number }>(
    `SELECT count(*)::int FROM pg_stat_activity
     WHERE datname = current_database() AND wait_event_type = 'Lock'`,
  )
  return row?.count
}

// A nonce is spent in the transaction that decides, which waits for its source; looking at it does not.
const sourceRow = (nonce: string) => ({
  sql: 'SELECT FROM sessions WHERE id = (SELECT source_session_id FROM nonces WHERE hash = $1)',
  hash: nonceHash(nonce),
})
const stepRow = ({ pathname }: URL) => ({
  sql: `SELECT FROM oidc_records WHERE model = 'Interaction' AND hash = $1`,
  hash: createHash('sha256')
    .update(pathname.split('/').at(-1) ?? '')
    .digest(),
})

/** Where the answers of several presses lead: to one and the same address. */
function whereTo({ url }: Baton, answers: PromiseSettledResult<Reply>[]): URL {
  const locations = answers.map((answer) => {
    if (answer.status === 'rejected') throw answer.reason
    expect(answer.value.status).toBe(303)
    return answer.value.headers.location ?? ''
  })
  expect(new Set(locations).size).toBe(1)
  return new URL(locations[0] ?? '', url)
}

async function sessionsOfNonces(sql: Stage['sql']): Promise<number | undefined> {
  const [row] = await sql<{ count: number }>(`SELECT count(*)::int FROM sessions WHERE target = 'web'`)
  return row?.count
}

async function openedNonce(source: Person, web: App, browser: Person) {
  const { nonce } = await source.askForNonce({ target: 'web' })
  const { url, checks } = await web.beginWithNonce(nonce)
  return { nonce, checks, page: (await follow(browser, url)).url }
}

test('of two presses of the same button exactly one decides, and both lead on to a good sign-in', async ({
  stage,
  baton,
  second,
  sql,
  person,
  newcomer,
  web,
}) => {
  const browser = newcomer()
  const before = (await sessionsOfNonces(sql)) ?? 0
  const { nonce, checks, page } = await openedNonce(person, web, browser)
  const answers = await whileLocked(stage, sourceRow(nonce), [
    () => press(browser, page, baton),
    () => press(browser, page, second),
  ])
  const end = await follow(browser, whereTo(baton, answers))
  expect((await web.finish(end.url, checks)).id_token).toBeDefined()
  expect(await sessionsOfNonces(sql)).toBe(before + 1)
})

test.for([
  { first: 'allow', later: 'deny', error: null },
  { first: 'deny', later: 'allow', error: 'access_denied' },
])(
  'of $first and, a moment later, $later the first decides',
  async ({ first, later, error }, { stage, baton, second, signedIn, stranger }) => {
    const person = await signedIn()
    const page = (await follow(person, (await stranger.begin()).url)).url
    const answers = await whileLocked(stage, stepRow(page), [
      () => press(person, page, baton, { answer: first }),
      () => press(person, page, second, { answer: later }),
    ])
    expect(errorOf((await follow(person, whereTo(baton, answers))).url)).toBe(error)
  },
)

test('a server that is killed while it decides has decided nothing: the nonce still signs in', async ({
  stage,
  baton,
  startAnother,
  person,
  newcomer,
  web,
}) => {
  const victim = await startAnother()
  const browser = newcomer()
  const { nonce, checks, page } = await openedNonce(person, web, browser)
  const [answer] = await whileLocked(stage, sourceRow(nonce), [() => press(browser, page, victim)], () =>
    victim.kill(),
  )
  expect(answer?.status).toBe('rejected')
  const again = await press(browser, page, baton)
  const end = await follow(browser, new URL(again.headers.location ?? '', baton.url))
  expect((await web.finish(end.url, checks)).id_token).toBeDefined()
})
