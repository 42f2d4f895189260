import { expect } from 'vitest'
import { postNonce } from '../../support/ask-for-nonce.ts'
import { httpCall, openCall } from '../../support/clients/http-call.ts'
import { expectRefusal } from '../../support/clients/refusal.ts'
import { nonceHash } from '../../support/nonce-hash.ts'
import { basic, idTokenType, tokenExchange } from '../../support/test-apps.ts'
import { first, from, newAddress, statusesOf, test } from '../../support/test-limits.ts'
import { newVerifier } from '../../support/verifier.ts'

test('a session may ask for so many nonces, at any instance', async ({ signedIn, another, host }) => {
  const person = await signedIn()
  const cookie = await person.cookies()
  const elsewhere = async () => {
    const headers = { host, cookie, 'sec-fetch-site': 'same-origin' }
    return (await httpCall(another.address, '/api/nonce', { method: 'POST', headers })).status
  }
  const here = () => person.ownPage('/api/nonce', { method: 'POST', body: new URLSearchParams() })
  expect(await statusesOf(4, here)).toEqual([200, 200, 200, 200])
  const there: number[] = []
  for (let time = 0; time < 5; time++) there.push(await elsewhere())
  expect(there).toEqual(first(4, 200, 429))
  const refused = await here()
  expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0)
  await expectRefusal(refused, 429, 'slow_down')
  expect((await (await signedIn()).ownPage('/api/nonce', { method: 'POST' })).status).toBe(200)
})

test('an app may ask for so many nonces for one person, with whichever ID tokens', async ({
  baton,
  issuer,
}) => {
  const ask = async (sub: string) =>
    postNonce(baton.url, { token: await issuer.idToken(baton.url, { sub, jti: crypto.randomUUID() }) })
  expect(await statusesOf(9, () => ask('lovelace'))).toEqual(first(8, 200, 429))
  expect((await ask('babbage')).status).toBe(200)
})

test('the log warns of client secrets that are shorter than they should be, and does not tell them', async ({
  baton,
}) => {
  const lines = baton.log().split('\n')
  const [warning = ''] = lines.filter((line) => line.includes('shorter than 32 characters'))
  expect(JSON.parse(warning)).toMatchObject({
    level: 'warn',
    clients: expect.arrayContaining(['demo-backend']),
  })
  expect(warning).not.toContain('demo-backend-secret')
})

test('after as many wrong verifiers as are configured a nonce is dead', async ({ person, newcomer, sql }) => {
  const { verifier, challenge } = newVerifier()
  const { nonce } = await person.askForNonce(challenge)
  const browser = newcomer(from(newAddress()))
  for (let wrong = 0; wrong < 2; wrong++)
    expect((await browser.redeem(nonce, { verifier: newVerifier().verifier })).status).toBe(410)
  expect((await browser.redeem(nonce, { verifier })).status).toBe(410)
  expect(await sql('SELECT closed_as FROM nonces WHERE hash = $1', [nonceHash(nonce)])).toEqual([
    { closed_as: 'guessed' },
  ])
})

type Ask = { url: string; host: string; secret: string; from: Record<string, string> }

/** The status of a call with this secret of `demo-backend`. */
const doors: [name: string, call: (ask: Ask) => Promise<number>][] = [
  ['introspection', (ask) => introspect(ask, { authorization: basic('demo-backend', ask.secret) }, {})],
  ['introspection', (ask) => introspect(ask, {}, { client_id: 'demo-backend', client_secret: ask.secret })],
  [
    'the feed',
    async ({ url, host, secret, from }) => {
      const headers = { host, authorization: basic('demo-backend', secret), ...from }
      const answer = await openCall(url, '/api/revocations', { headers })
      answer.destroy()
      return answer.statusCode ?? 0
    },
  ],
]

async function introspect(
  { url, host, from }: Ask,
  headers: Record<string, string>,
  form: Record<string, string>,
): Promise<number> {
  const body = String(new URLSearchParams({ token: 'x', ...form }))
  const type = { 'content-type': 'application/x-www-form-urlencoded' }
  const options = { method: 'POST', headers: { host, ...type, ...headers, ...from }, body }
  return (await httpCall(url, '/oidc/introspect', options)).status
}

test.for(doors)(
  'after wrong secrets at %s the right one is refused too, from that address',
  async ([, call], { baton, another, host }) => {
    const [address, other] = [from(newAddress()), from(newAddress())]
    const ask = (secret: string, at = address, url = baton.address) => call({ url, host, secret, from: at })
    const wrong = 'a wrong secret of it'
    for (const expected of [401, 401, 401, 429]) expect(await ask(wrong)).toBe(expected)
    expect(await ask('demo-backend-secret')).toBe(429)
    expect(await ask(wrong, address, another.address)).toBe(429)
    expect(await ask('demo-backend-secret', other)).toBe(200)
  },
)

test('who has tried too many secrets is told when to try again', async ({ baton }) => {
  const headers = { authorization: basic('demo-backend', 'a wrong secret of it'), ...from(newAddress()) }
  const ask = () =>
    fetch(`${baton.url}/oidc/introspect`, {
      method: 'POST',
      headers,
      body: new URLSearchParams({ token: 'x' }),
    })
  await statusesOf(3, ask)
  const refused = await ask()
  expect([refused.status, refused.headers.get('cache-control')]).toEqual([429, 'no-store'])
  expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0)
  expect(((await refused.json()) as { error: string }).error).toBe('slow_down')
})

test('what is counted is stored as digests, with no address and no name of a person', async ({
  newcomer,
  sql,
}) => {
  const address = newAddress()
  await statusesOf(10, () => newcomer(from(address)).request(`/handoff?nonce=${'n'.repeat(43)}`))
  const rows = await sql<{ row: string }>('SELECT to_jsonb(t)::text AS row FROM limit_counts t')
  expect(rows.length).toBeGreaterThan(0)
  for (const { row } of rows) expect(row).not.toMatch(/192\.0\.2|lovelace|demo-backend/)
})

test('one ID token is good for twenty nonces', async ({ baton, issuer, sql }) => {
  await sql('DELETE FROM id_token_uses')
  const token = await issuer.idToken(baton.url, { sub: 'somebody who asks often' })
  const more = await issuer.idToken(baton.url, { sub: 'somebody who asks often', jti: 'another one' })
  expect((await postNonce(baton.url, { token })).status).toBe(200)
  await sql('UPDATE id_token_uses SET uses = 19')
  const parallel = await Promise.all(Array.from({ length: 5 }, () => postNonce(baton.url, { token })))
  expect(parallel.map(({ status }) => status).sort()).toEqual([200, 400, 400, 400, 400])
  await expectRefusal(parallel.find(({ status }) => status === 400) as Response, 400, 'invalid_grant')
  expect((await postNonce(baton.url, { token: more })).status).toBe(200)
})

test('of people who come for the first time by one app so many are let in, by nonce or exchange', async ({
  baton,
  issuer,
  sql,
}) => {
  await sql('DELETE FROM limit_counts')
  const ask = async (sub: string) => postNonce(baton.url, { token: await issuer.idToken(baton.url, { sub }) })
  const exchange = async (sub: string) =>
    fetch(`${baton.url}/oidc/token`, {
      method: 'POST',
      body: new URLSearchParams({
        grant_type: tokenExchange,
        client_id: 'app',
        subject_token: await issuer.idToken(baton.url, { sub }),
        subject_token_type: idTokenType,
      }),
    })
  expect((await ask('somebody known')).status).toBe(200)
  let newcomers = 0
  while (newcomers < 60 && (await ask(`newcomer ${newcomers}`)).status === 200) newcomers++
  expect(newcomers).toBeGreaterThan(20)
  expect(newcomers).toBeLessThanOrEqual(40)
  await expectRefusal(await ask('one more'), 429, 'slow_down')
  const refused = await exchange('and another')
  expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, expect.stringMatching(/^\d+$/)])
  expect((await ask('somebody known')).status).toBe(200)
  expect((await exchange('somebody known')).status).toBe(200)
  expect(await sql(`SELECT FROM users WHERE subject IN ('one more', 'and another')`)).toEqual([])
})
