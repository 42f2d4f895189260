import { expect } from 'vitest'
import { askForNonce } from '../../support/ask-for-nonce.ts'
import { startBaton } from '../../support/baton.ts'
import { readHandoffPage } from '../../support/clients/handoff-page.ts'
import { rawRequest } from '../../support/clients/raw-request.ts'
import { fullConfig } from '../../support/full-config.ts'
import type { Person } from '../../support/person.ts'
import { follow, pressContinue } from '../../support/relying-party.ts'
import type { Setup } from '../../support/stage.ts'
import { perFile } from '../../support/test.ts'
import { test as base, signInAt } from '../../support/test-oidc.ts'

const test = base.extend('setup', perFile, {
  config: (partners) => fullConfig(partners, { sessions: { lifetime: 600 } }),
} satisfies Setup)

const secondsTo = (time: string) => (Date.parse(time) - Date.now()) / 1000

/** When the session of a browser ends, and when the cookie of it does, in seconds. */
async function endsOf(person: Person) {
  const session = (await person.session()) as unknown as { expires: string }
  const cookies = (await person.jar.serialize()).cookies
  const cookie = cookies.find(({ key }) => key === 'baton.session')
  return { session: secondsTo(session.expires), cookie: secondsTo(String(cookie?.expires)) }
}

function expectWithin(seconds: number, { from, to }: { from: number; to: number }) {
  expect(seconds).toBeGreaterThan(from)
  expect(seconds).toBeLessThanOrEqual(to)
}

test('a session and its cookie last for `sessions.lifetime`, by sign-in and by hand-off', async ({
  signedIn,
  newcomer,
  phoneTokens,
  baton,
}) => {
  const person = await signedIn()
  const [child, byApp] = [newcomer(), newcomer()]
  await child.redeem((await person.askForNonce()).nonce)
  await byApp.redeem((await askForNonce(baton.url, (await phoneTokens()).idToken)).nonce)
  for (const browser of [person, child, byApp]) {
    const ends = await endsOf(browser)
    expectWithin(ends.session, { from: 300, to: 600 })
    expectWithin(ends.cookie, { from: 300, to: 601 })
  }
})

test('a session that a nonce starts at an application lasts no longer', async ({
  newcomer,
  phoneTokens,
  web,
  baton,
  sql,
}) => {
  const { nonce } = await askForNonce(baton.url, (await phoneTokens()).idToken, { target: 'web' })
  const browser = newcomer()
  const page = await follow(browser, (await web.beginWithNonce(nonce)).url)
  await pressContinue(browser, page.url, page.page?.html ?? '')
  const rows = await sql<{ left: number }>(
    `SELECT extract(epoch FROM expires_at - now())::float AS left FROM sessions WHERE target = 'web'`,
  )
  expect(rows).toHaveLength(1)
  for (const { left } of rows) expectWithin(left, { from: 300, to: 600 })
})

test('what the OpenID Provider keeps of a sign-in lasts no longer', async ({ signedIn, web, sql }) => {
  await signInAt(web, await signedIn())
  const rows = await sql<{ model: string; left: number }>(
    `SELECT model, extract(epoch FROM expires_at - now())::float AS left FROM oidc_records
     WHERE model IN ('Session', 'Grant')`,
  )
  expect(new Set(rows.map(({ model }) => model))).toEqual(new Set(['Session', 'Grant']))
  for (const { left } of rows) expectWithin(left, { from: 300, to: 601 })
})

test('a session keeps its end under a shorter setting, and a new one gets the shorter end', async ({
  signedIn,
  stage,
  partners,
  host,
  closing,
  newcomer,
  sql,
}) => {
  const person = await signedIn()
  const session = await person.session()
  const shorter = await startBaton({
    config: fullConfig(partners, { sessions: { lifetime: 60 } }),
    database: { url: stage.databaseUrl },
    publicPort: stage.publicPort,
  })
  closing({ close: shorter.stop })
  const headers = { host, cookie: await person.cookies() }
  const answer = await rawRequest(shorter.address, { path: '/api/auth/session', headers })
  expect(JSON.parse(await answer.text())).toEqual(session)

  const { nonce } = await person.askForNonce()
  const target = newcomer()
  const page = await target.request(`/handoff?nonce=${nonce}`)
  const { fields } = readHandoffPage(await page.text())
  await rawRequest(shorter.address, {
    method: 'POST',
    path: '/handoff',
    headers: {
      host,
      cookie: await target.cookies('/handoff'),
      'content-type': 'application/x-www-form-urlencoded',
    },
    body: new URLSearchParams(fields).toString(),
  })
  const [child] = await sql<{ left: number }>(
    'SELECT extract(epoch FROM expires_at - now())::float AS left FROM sessions WHERE parent_id = $1',
    [session?.sid],
  )
  expectWithin(child?.left ?? 0, { from: 0, to: 60 })
})
