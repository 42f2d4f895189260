import { expect } from 'vitest'
import { httpCall } from '../../support/clients/http-call.ts'
import { newPerson } from '../../support/person.ts'
import { follow, pressContinue, redirectUri, relyingParty } from '../../support/relying-party.ts'
import { perFile } from '../../support/test.ts'
import { from, test as limited, newAddress, statusesOf } from '../../support/test-limits.ts'
import { signInAt } from '../../support/test-oidc.ts'

const test = limited.extend('web', perFile, ({ baton }) => relyingParty(baton.url, 'web'))

/** The records of the OpenID Provider, and their bytes on the disk. */
const held = `SELECT count(*)::int AS records, pg_total_relation_size('oidc_records')::int AS bytes
  FROM oidc_records`

test('authorization requests with long parameters are refused, and leave nothing', async ({
  web,
  baton,
  sql,
}) => {
  const before = await sql(held)
  const { url } = await web.begin({ state: 's'.repeat(11_000) })
  const browser = newPerson(baton.url)
  const statuses = await statusesOf(300, () => browser.request(url.href))
  expect(new Set(statuses)).toEqual(new Set([400]))
  const form = new URLSearchParams(url.searchParams)
  const posted = await browser.request('/oidc/authorize', { method: 'POST', body: form })
  expect(posted.status).toBe(400)
  expect(await sql(held)).toEqual(before)
  const short = await web.begin({ state: 's'.repeat(1_000) })
  expect((await newPerson(baton.url).request(short.url.href)).status).toBe(303)
})

test('requests of browsers without a session count for each address', async ({ web, newcomer, signedIn }) => {
  const address = from(newAddress())
  const { url } = await web.begin()
  const statuses = await statusesOf(7, () => newcomer(address).request(url.href))
  expect(statuses).toEqual([303, 303, 303, 303, 303, 303, 429])
  // A person behind the same address has a session.
  const person = await signedIn('demo', from(newAddress()))
  const cookie = await person.cookies()
  expect((await newcomer({ ...address, cookie }).request(url.href)).status).toBe(303)
})

test('what such a browser leaves in the database is gone after ten minutes', async ({
  web,
  newcomer,
  sql,
}) => {
  await sql('DELETE FROM oidc_records')
  const { url } = await web.begin()
  await newcomer(from(newAddress())).request(url.href)
  const rows = await sql<{ seconds: number }>(
    `SELECT extract(epoch FROM expires_at - now())::int AS seconds FROM oidc_records`,
  )
  expect(rows.length).toBeGreaterThan(0)
  for (const { seconds } of rows) expect(seconds).toBeLessThanOrEqual(600)
})

test('a sign-in at an application gives its counts back, by a provider and by a nonce', async ({
  web,
  baton,
  signedIn,
}) => {
  const source = await signedIn()
  for (let time = 0; time < 8; time++) {
    const address = from('192.0.2.250')
    const person = newPerson(baton.url, undefined, address)
    const { nonce } = await source.askForNonce({ target: 'web' })
    const { url, checks } = await web.beginWithNonce(nonce)
    const step = await follow(person, url)
    const end = await pressContinue(person, step.url, step.page?.html ?? '')
    expect(end.url.href).toContain(redirectUri)
    await web.finish(end.url, checks)
    if (time === 6) await source.signIn()
  }
})

test('a sign-out with long parameters is refused', async ({ newcomer }) => {
  const answer = await newcomer().request(`/oidc/logout?state=${'s'.repeat(9_000)}`)
  expect(answer.status).toBe(400)
})

test.for([
  ['/oidc/authorize\\?QUERY#', 400],
  ['/oidc/authorize\\?QUERY', 400],
  ['/oidc/x/../authorize?QUERY', 400],
  ['/oidc/%2e/authorize?QUERY', 400],
  ['/oidc/authorize?QUERY#', 400],
  ['/oidc/logout\\?QUERY#', 400],
  ['/api/auth/signin\\demo', 400],
  ['/api/auth/x/../signin/demo', 400],
  ['/api/auth/callback\\demo?state=x&code=y', 400],
  ['/api/auth/%2e/callback/demo?state=x&code=y', 400],
  ['/handoff\\?nonce=x', 400],
] as const)(
  '%s is no other way to an address that is counted',
  async ([path, status], { web, baton, host, sql }) => {
    const { url } = await web.begin({ state: 's'.repeat(5_000) })
    const before = await sql(held)
    const target = path.replace('QUERY', url.search.slice(1))
    const headers = { host, ...from(newAddress()) }
    expect((await httpCall(baton.address, target, { headers })).status).toBe(status)
    expect(await sql(held)).toEqual(before)
  },
)

test.for([
  ['/oidc/authorize', 'image', 403],
  ['/oidc/authorize', 'iframe', 403],
  ['/oidc/authorize', 'document', 303],
  ['/handoff', 'image', 403],
  ['/handoff', 'iframe', 403],
  ['/interaction/x', 'image', 403],
] as const)(
  '%s as %s of another site is answered with %i, and counts for a document alone',
  async ([path, destination, status], { web, newcomer }) => {
    const { url } = await web.begin()
    const browser = newcomer(from(newAddress()))
    const headers = { 'sec-fetch-site': 'cross-site', 'sec-fetch-dest': destination }
    const statuses = await statusesOf(12, () =>
      browser.request(path === '/oidc/authorize' ? url.href : `${path}?nonce=x`, { headers }),
    )
    const expected = status === 303 ? [...Array(6).fill(303), ...Array(6).fill(429)] : Array(12).fill(status)
    expect(statuses).toEqual(expected)
  },
)

test('who asks without a prompt whether somebody is signed in is not counted, and leaves nothing', async ({
  web,
  newcomer,
  sql,
}) => {
  const { url } = await web.begin({ prompt: 'none' })
  const browser = newcomer(from(newAddress()))
  const headers = { 'sec-fetch-site': 'cross-site', 'sec-fetch-dest': 'iframe' }
  const before = await sql(held)
  const statuses = await statusesOf(12, () => browser.request(url.href, { headers }))
  expect(statuses).toEqual(Array(12).fill(303))
  expect(await sql(held)).toEqual(before)
})

test('requests that an address sends beyond its limit use up nothing of what all strangers have', async ({
  web,
  newcomer,
}) => {
  const { url } = await web.begin()
  const flood = newcomer(from(newAddress()))
  await statusesOf(40, () => flood.request(url.href))
  await statusesOf(80, () => flood.request('/oidc/logout'))
  expect((await newcomer(from(newAddress())).request(url.href)).status).toBe(303)
})

test('requests that a signed-in person’s browser makes by itself count for that person', async ({
  web,
  baton,
}) => {
  const person = newPerson(baton.url, undefined, from(newAddress()))
  await person.signIn('bob')
  const { url } = await web.begin({ prompt: 'none' })
  const statuses = await statusesOf(302, () => person.request(url.href))
  expect(statuses.slice(0, 290)).toEqual(Array(290).fill(303))
  expect(statuses.slice(-2)).toEqual([429, 429])
})

test('refreshes of one sign-in count, and a refused one costs no refresh token', async ({
  web,
  signedIn,
  sql,
}) => {
  const person = await signedIn('demo', from(newAddress()))
  const { refresh_token } = await signInAt(web, person)
  let token = refresh_token ?? ''
  let refreshed = 0
  const refuse = async () => {
    for (; refreshed < 310; refreshed++) token = (await web.refresh(token)).refresh_token ?? ''
  }
  await expect(refuse()).rejects.toMatchObject({ status: 429, error: 'slow_down' })
  expect(refreshed).toBeGreaterThan(250)
  expect(refreshed).toBeLessThan(300)
  const unused = await sql(
    `SELECT FROM oidc_records WHERE model = 'RefreshToken' AND consumed_at IS NULL
     AND owner_hash = (SELECT owner_hash FROM oidc_records WHERE model = 'RefreshToken'
                       ORDER BY created_at DESC LIMIT 1)`,
  )
  expect(unused).toHaveLength(1)
})
