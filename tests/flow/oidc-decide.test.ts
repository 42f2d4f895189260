import { createHash } from 'node:crypto'
import { Client } from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Baton, startBaton } from '../support/baton.ts'
import { httpCall, type Reply } from '../support/http-call.ts'
import { nonceHash } from '../support/nonce-hash.ts'
import { errorOf } from '../support/oidc-stage.ts'
import type { Partners } from '../support/partners.ts'
import type { Person } from '../support/person.ts'
import { follow, registration, relyingParty } from '../support/relying-party.ts'
import { type Stage, startStage } from '../support/stage.ts'

let stage: Stage
let second: Baton
let source: Person
let web: Awaited<ReturnType<typeof relyingParty>>
let stranger: Awaited<ReturnType<typeof relyingParty>>

const config = (partners: Partners) =>
  partners.config({
    clients: [
      registration('web', { initiate_login_uri: 'http://127.0.0.1:4999/start' }),
      registration('stranger', { first_party: false }),
    ],
  })

beforeAll(async () => {
  stage = await startStage({ config })
  second = await startBaton({
    config: config(stage.partners),
    database: { url: stage.databaseUrl },
    publicPort: Number(new URL(stage.baton.url).port),
  })
  source = await stage.signedIn()
  web = await relyingParty(stage.baton.url, 'web')
  stranger = await relyingParty(stage.baton.url, 'stranger')
})

afterAll(async () => {
  await second?.stop()
  await stage?.close()
})

/** Presses the button of a step's page at one of the servers. */
async function press(browser: Person, { pathname }: URL, at: Baton, form: Record<string, string> = {}) {
  return httpCall(at.address, pathname, {
    method: 'POST',
    headers: {
      host: new URL(stage.baton.url).host,
      cookie: await browser.cookies(pathname),
      'sec-fetch-site': 'same-origin',
      'content-type': 'application/x-www-form-urlencoded',
    },
    body: new URLSearchParams(form).toString(),
  })
}

/**
 * Locks a row until every press is waiting for it or for an earlier press; each is sent when the one before it
 * waits. All of them have read the undecided step by then.
 */
async function whileLocked(
  row: { sql: string; hash: Buffer },
  presses: (() => Promise<Reply>)[],
  beforeRelease = async () => {},
): Promise<PromiseSettledResult<Reply>[]> {
  const holder = new Client({ connectionString: stage.databaseUrl })
  await holder.connect()
  try {
    await holder.query('BEGIN')
    expect((await holder.query(`${row.sql} FOR UPDATE`, [row.hash])).rowCount).toBe(1)
    const answers: Promise<PromiseSettledResult<Reply>[]>[] = []
    for (const send of presses) {
      answers.push(Promise.allSettled([send()]))
      await expect.poll(waiting).toBe(answers.length)
    }
    await beforeRelease()
    await holder.query('COMMIT')
    return (await Promise.all(answers)).flat()
  } finally {
    await holder.end()
  }
}

async function waiting(): Promise<number | undefined> {
  const [row] = await stage.sql<{ count: number }>(
    `SELECT count(*)::int FROM pg_stat_activity
     WHERE datname = current_database() AND wait_event_type = 'Lock'`,
  )
  return row?.count
}

const nonceRow = (nonce: string) => ({
  sql: 'SELECT FROM nonces WHERE hash = $1',
  hash: nonceHash(nonce),
})
const stepRow = ({ pathname }: URL) => ({
  sql: `SELECT FROM oidc_records WHERE model = 'Interaction' AND hash = $1`,
  hash: createHash('sha256')
    .update(pathname.split('/').at(-1) ?? '')
    .digest(),
})

/** Where the answers of several presses lead: to one and the same address. */
function whereTo(answers: PromiseSettledResult<Reply>[]): URL {
  const locations = answers.map((answer) => {
    if (answer.status === 'rejected') throw answer.reason
    expect(answer.value.status).toBe(303)
    return answer.value.headers.location ?? ''
  })
  expect(new Set(locations).size).toBe(1)
  return new URL(locations[0] ?? '', stage.baton.url)
}

async function sessionsOfNonces(): Promise<number | undefined> {
  const [row] = await stage.sql<{ count: number }>(`SELECT count(*)::int FROM sessions WHERE target = 'web'`)
  return row?.count
}

async function openedNonce(browser: Person) {
  const { nonce } = await source.askForNonce({ target: 'web' })
  const { url, checks } = await web.beginWithNonce(nonce)
  return { nonce, checks, page: (await follow(browser, url)).url }
}

test('of two presses of the same button exactly one decides, and both lead on to a good sign-in', async () => {
  const browser = stage.newcomer()
  const before = (await sessionsOfNonces()) ?? 0
  const { nonce, checks, page } = await openedNonce(browser)
  const answers = await whileLocked(nonceRow(nonce), [
    () => press(browser, page, stage.baton),
    () => press(browser, page, second),
  ])
  const end = await follow(browser, whereTo(answers))
  expect((await web.finish(end.url, checks)).id_token).toBeDefined()
  expect(await sessionsOfNonces()).toBe(before + 1)
})

test.each([
  { first: 'allow', later: 'deny', error: null },
  { first: 'deny', later: 'allow', error: 'access_denied' },
])('of $first and, a moment later, $later the first decides', async ({ first, later, error }) => {
  const person = await stage.signedIn()
  const page = (await follow(person, (await stranger.begin()).url)).url
  const answers = await whileLocked(stepRow(page), [
    () => press(person, page, stage.baton, { answer: first }),
    () => press(person, page, second, { answer: later }),
  ])
  expect(errorOf((await follow(person, whereTo(answers))).url)).toBe(error)
})

test('a server that is killed while it decides has decided nothing: the nonce still signs in', async () => {
  const browser = stage.newcomer()
  const { nonce, checks, page } = await openedNonce(browser)
  const [answer] = await whileLocked(nonceRow(nonce), [() => press(browser, page, second)], () =>
    second.kill(),
  )
  expect(answer?.status).toBe('rejected')
  const again = await press(browser, page, stage.baton)
  const end = await follow(browser, new URL(again.headers.location ?? '', stage.baton.url))
  expect((await web.finish(end.url, checks)).id_token).toBeDefined()
})
