import { decodeJwt, type JWTPayload } from 'jose'
import { expect } from 'vitest'
import { postNonce } from '../../support/ask-for-nonce.ts'
import { httpCall } from '../../support/clients/http-call.ts'
import { expectRefusal } from '../../support/clients/refusal.ts'
import type { Person } from '../../support/person.ts'
import { relyingParty } from '../../support/relying-party.ts'
import { perFile } from '../../support/test.ts'
import { basic, idTokenType } from '../../support/test-apps.ts'
import { signInAt } from '../../support/test-oidc.ts'
import { test as withOperators } from '../../support/test-operators.ts'

const greeting = '/api/backends/demo/api/authenticated/greeting'
const now = () => Math.floor(Date.now() / 1000)

const test = withOperators
  .extend('another', perFile, ({ startAnother }) => startAnother())
  /** The statuses that both instances answer a call of this browser or web nonce with. */
  .extend(
    'statuses',
    ({ baton, another, host }) =>
      (headers: Record<string, string>) =>
        Promise.all(
          [baton, another].map(async ({ address }) => {
            const own = { host, 'sec-fetch-site': 'same-origin', ...headers }
            return (await httpCall(address, greeting, { headers: own })).status
          }),
        ),
  )
  /** A browser that redeems a nonce; gives what the page or the form answers. */
  .extend('redeem', ({ newcomer }) => async (nonce: string, browser: Person = newcomer()) => {
    const { status } = await browser.redeem(nonce)
    return { status, browser }
  })

const cookieOf = async (person: Person) => ({ cookie: await person.cookies() })
const bearer = (token: string) => ({ authorization: `Bearer ${token}` })

test('all that a person has ends at both instances, and nothing of anybody else', async ({
  signedIn,
  partners,
  baton,
  another,
  app,
  phoneTokens,
  statuses,
  redeem,
  signOut,
  sql,
}) => {
  const [person, other] = [await signedIn(), await signedIn('bob')]
  const { nonce: handedOver } = await person.askForNonce()
  const { browser: child } = await redeem(handedOver)
  const { idToken } = await phoneTokens()
  const exchanged = { client_id: 'demo-phone', subject_token: idToken, subject_token_type: idTokenType }
  const { access_token: webNonce } = (await (await app.exchange(exchanged)).json()) as {
    access_token: string
  }
  const [web, heard] = [await relyingParty(baton.url, 'web'), await relyingParty(baton.url, 'heard')]
  const granted = await signInAt(web, person)
  await signInAt(heard, person)
  const { nonce: ofSession } = await person.askForNonce()
  const { nonce: ofApp } = (await (await postNonce(baton.url, { token: idToken })).json()) as {
    nonce: string
  }
  partners.logoutTokens.length = 0

  const living = [await cookieOf(person), await cookieOf(child), bearer(webNonce)]
  for (const caller of living) expect((await statuses(caller)).join()).not.toContain('401')
  const { user } = (await person.session()) as { user: { id: string } }
  const tokenSets = () =>
    sql(
      `SELECT token_sets.id FROM token_sets JOIN sessions ON token_set_id = token_sets.id
       WHERE user_id = $1 AND token_sets.ended_at IS NULL`,
      [user.id],
    )
  expect(await tokenSets()).not.toEqual([])

  const reply = await signOut(partners.issuer, 'demo', { address: another.address })
  expect([reply.status, reply.text, reply.headers['cache-control']]).toEqual([204, '', 'no-store'])

  // In the database at once; what the other instance has in memory, within a moment.
  const left = (table: string, open: string) =>
    sql(`SELECT 1 FROM ${table} WHERE user_id = $1 AND ${open}`, [user.id])
  expect(await left('sessions', 'ended_at IS NULL')).toEqual([])
  expect(await left('nonces', 'used_at IS NULL')).toEqual([])
  expect(await tokenSets()).toEqual([])
  for (const caller of living) await expect.poll(() => statuses(caller)).toEqual([401, 401])
  for (const nonce of [ofSession, ofApp]) expect((await redeem(nonce)).status).toBe(410)
  await expect(web.refresh(granted.refresh_token ?? '')).rejects.toMatchObject({ error: 'invalid_grant' })
  expect(await (await app.introspect(webNonce)).json()).toEqual({ active: false })
  await expect.poll(() => partners.logoutTokens.length).toBe(1)
  expect(decodeJwt(partners.logoutTokens[0] ?? '')).toMatchObject({ aud: 'heard', sub: user.id })

  expect(await statuses(await cookieOf(other))).toEqual([200, 200])
})

test('the tokens are revoked at the provider, and the feed names the session', async ({
  signedIn,
  partners,
  signOut,
  baton,
}) => {
  const person = await signedIn()
  const { sid } = (await person.session()) as { sid: string }
  const asked: string[] = []
  partners.revocationDoor.before = async ({ url = '' }) => void asked.push(url)
  const leave = new AbortController()
  const feed = await fetch(`${baton.url}/api/revocations`, {
    headers: { authorization: basic('demo-backend', 'demo-backend-secret') },
    signal: leave.signal,
  })
  let told = ''
  const reading = (async () => {
    for await (const chunk of feed.body?.pipeThrough(new TextDecoderStream()) ?? []) told += chunk
  })().catch(() => {})
  try {
    expect((await signOut(partners.issuer, 'demo')).status).toBe(204)
    await expect.poll(() => asked.length).toBeGreaterThan(0)
    await expect.poll(() => told).toContain(sid)
  } finally {
    delete partners.revocationDoor.before
    leave.abort()
    await reading
  }
})

test('ID tokens issued until then are refused everywhere, and later ones are not', async ({
  app,
  baton,
  another,
  host,
  issuer,
  signOut,
}) => {
  const said = (claims: JWTPayload = {}) => app.idToken({ sub: 'ada', ...claims })
  const before = await said()
  await app.webNonce(before)
  // The database's clock has a later second than this token, or the same.
  expect((await signOut(issuer.url, 'ada')).status).toBe(204)

  for (const token of [before, await said({ iat: now() - 100, jti: 'another' })]) {
    await expectRefusal(await postNonce(baton.url, { token }), 400, 'invalid_grant')
    const form = { subject_token: token, subject_token_type: idTokenType }
    const exchanged = await app.exchange(form)
    expect([exchanged.status, await exchanged.json()]).toEqual([
      400,
      { error: 'invalid_request', error_description: expect.stringMatching(/\S/) },
    ])
    const elsewhere = await httpCall(another.address, '/api/nonce', {
      method: 'POST',
      headers: { host, 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams({ token }).toString(),
    })
    expect([elsewhere.status, elsewhere.json().error]).toEqual([400, 'invalid_grant'])
  }

  const later = await said({ iat: now() + 2 })
  expect((await postNonce(baton.url, { token: later })).status).toBe(200)
  expect((await app.call(await app.webNonce(later))).status).toBe(200)
  // Of somebody else, those of before are as good as ever.
  expect((await postNonce(baton.url, { token: await app.idToken({ sub: 'alan' }) })).status).toBe(200)
})

test('a person signs in again in a browser at once', async ({ signedIn, partners, signOut }) => {
  const person = await signedIn()
  expect((await signOut(partners.issuer, 'demo')).status).toBe(204)
  expect(await person.session()).toBeNull()
  expect(await (await signedIn()).session()).not.toBeNull()
})

test('a sign-in whose callback came before is refused with a page, and the next one is not', async ({
  signedIn,
  newcomer,
  partners,
  signOut,
  sql,
}) => {
  const { user } = (await (await signedIn()).session()) as { user: { id: string } }
  let status: number | undefined
  // The provider has the code, and answers once the person has been signed out.
  partners.tokenDoor.before = async () => {
    delete partners.tokenDoor.before
    status = (await signOut(partners.issuer, 'demo')).status
  }
  const browser = newcomer()
  await expect(browser.signIn('demo')).rejects.toThrow('/error?error=Expired')
  expect(status).toBe(204)
  expect(await browser.session()).toBeNull()
  expect(await sql('SELECT 1 FROM sessions WHERE user_id = $1 AND ended_at IS NULL', [user.id])).toEqual([])
  await browser.signIn('demo')
  expect(await browser.session()).not.toBeNull()
})

const mail = (sub: string, email: string, more: JWTPayload = {}): JWTPayload => ({
  sub,
  email,
  email_verified: true,
  ...more,
})

test('an address names everybody who has verified it, in whatever case', async ({ app, signOutAddress }) => {
  const webNonces = await Promise.all(
    [mail('one', 'Shared.Box@Example.org'), mail('two', 'shared.box@example.ORG')].map(async (claims) =>
      app.webNonce(await app.idToken(claims)),
    ),
  )
  const other = await app.webNonce(await app.idToken(mail('three', 'another.box@example.org')))
  expect((await signOutAddress('shared.box@EXAMPLE.org')).status).toBe(204)
  for (const webNonce of webNonces) expect((await app.call(webNonce)).status).toBe(401)
  expect((await app.call(other)).status).toBe(200)
})

test.for<[string, JWTPayload, string]>([
  ['said to be not verified', mail('p', 'p@example.org', { email_verified: false }), 'p@example.org'],
  ['nobody has said verified', mail('q', 'q@example.org', { email_verified: undefined }), 'q@example.org'],
  ['a part of it', mail('r', 'rr@example.org'), 'r@example.org'],
  ['a pattern', mail('s', 's@example.org'), '%@example.org'],
])(
  'an address that is not known to be verified names nobody: %s',
  async ([, claims, email], { app, signOutAddress }) => {
    const webNonce = await app.webNonce(await app.idToken(claims))
    expect((await signOutAddress(email)).status).toBe(404)
    expect((await app.call(webNonce)).status).toBe(200)
  },
)

test('an address that somebody has left for another one names them no more', async ({
  app,
  signOutAddress,
}) => {
  await app.webNonce(await app.idToken(mail('mover', 'old@example.org')))
  const webNonce = await app.webNonce(await app.idToken(mail('mover', 'new@example.org', { iat: now() - 1 })))
  expect((await signOutAddress('old@example.org')).status).toBe(404)
  expect((await app.call(webNonce)).status).toBe(200)
  expect((await signOutAddress('new@example.org')).status).toBe(204)
  expect((await app.call(webNonce)).status).toBe(401)
})

test('the address of a person is known who has asked for a nonce alone', async ({
  app,
  baton,
  redeem,
  signOutAddress,
}) => {
  const token = await app.idToken(mail('guest', 'guest@example.org'))
  const { nonce } = (await (await postNonce(baton.url, { token })).json()) as { nonce: string }
  const { status, browser } = await redeem(nonce)
  expect(status).toBe(303)
  expect((await signOutAddress('guest@example.org')).status).toBe(204)
  expect(await browser.session()).toBeNull()
})

test('the address of a person who signs in by browser is the provider’s verified one', async ({
  signedIn,
  signOutAddress,
}) => {
  const person = await signedIn('bob')
  expect((await signOutAddress('bob@example.org')).status).toBe(204)
  expect(await person.session()).toBeNull()
})
