import { randomUUID } from 'node:crypto'
import type { JWTHeaderParameters, JWTPayload } from 'jose'
import { expect } from 'vitest'
import { askForNonce } from '../../support/ask-for-nonce.ts'
import { httpCall } from '../../support/clients/http-call.ts'
import { expectRefusal } from '../../support/clients/refusal.ts'
import type { Person } from '../../support/person.ts'
import { test as base } from '../../support/test.ts'

const event = 'http://schemas.openid.net/event/backchannel-logout'

const test = base
  .extend(
    'logoutToken',
    ({ issuer, baton }) =>
      (claims: JWTPayload = {}, header: Partial<JWTHeaderParameters> = {}) =>
        issuer.idToken(
          baton.url,
          { aud: 'app', azp: undefined, jti: randomUUID(), events: { [event]: {} }, ...claims },
          { typ: 'logout+jwt', ...header },
        ),
  )
  .extend(
    'send',
    ({ baton }) =>
      (form: Record<string, string> | string, headers: Record<string, string> = {}) =>
        fetch(`${baton.url}/api/backchannel-logout`, {
          method: 'POST',
          headers,
          body: new URLSearchParams(form),
        }),
  )
  /** A browser that an app handed its person over to. */
  .extend('handedOver', ({ newcomer, baton, issuer }) => async (sub: string): Promise<Person> => {
    const browser = newcomer()
    const { nonce } = await askForNonce(baton.url, await issuer.idToken(baton.url, { sub }))
    await browser.request(`/handoff?nonce=${nonce}`)
    expect((await browser.redeem(nonce)).status).toBe(303)
    return browser
  })

test('a logout token ends the sessions it names, gets an empty 200 and works once', async ({
  handedOver,
  logoutToken,
  send,
}) => {
  const [ada, alan] = [await handedOver('ada'), await handedOver('alan')]
  const token = await logoutToken({ sub: 'ada' })
  const answer = await send({ logout_token: token })
  expect([answer.status, answer.headers.get('cache-control'), await answer.text()]).toEqual([
    200,
    'no-store',
    '',
  ])
  expect([await ada.session(), (await alan.session())?.sid]).toEqual([null, expect.any(String)])
  const again = await handedOver('ada')
  await expectRefusal(await send({ logout_token: token }), 400, 'invalid_request')
  expect(await again.session()).not.toBeNull()
})

test('a logout token for an unknown person is taken all the same', async ({ send, logoutToken }) => {
  expect((await send({ logout_token: await logoutToken({ sub: 'nobody' }) })).status).toBe(200)
})

type Make = Record<'idToken' | 'logoutToken', (claims: JWTPayload) => Promise<string>>

test.for<[string, (make: Make) => Promise<Record<string, string> | string>]>([
  ['nothing', async () => ''],
  ['no JWT', async () => ({ logout_token: 'x' })],
  ['an ID token', async ({ idToken }) => ({ logout_token: await idToken({ sub: 'alan' }) })],
  [
    'a token with a nonce',
    async ({ logoutToken }) => ({ logout_token: await logoutToken({ sub: 'alan', nonce: 'n' }) }),
  ],
  [
    'a token of another client',
    async ({ logoutToken }) => ({ logout_token: await logoutToken({ sub: 'alan', aud: 'other' }) }),
  ],
  [
    'two tokens',
    async ({ logoutToken }) => {
      const token = await logoutToken({ sub: 'alan' })
      return `logout_token=${token}&logout_token=${token}`
    },
  ],
])(
  'an invalid logout token is refused and ends nothing: %s',
  async ([, form], { handedOver, send, baton, issuer, logoutToken }) => {
    const idToken = (claims: JWTPayload) => issuer.idToken(baton.url, claims)
    const alan = await handedOver('alan')
    await expectRefusal(await send(await form({ idToken, logoutToken })), 400, 'invalid_request')
    expect(await alan.session()).not.toBeNull()
  },
)

test('a token that is sent in chunks is read, and one beyond 64 KiB is not', async ({
  logoutToken,
  baton,
}) => {
  const body = `logout_token=${await logoutToken({ sub: 'ada' })}`
  const headers = { host: new URL(baton.url).host, 'content-type': 'application/x-www-form-urlencoded' }
  const chunked = { ...headers, 'transfer-encoding': 'chunked' }
  const path = '/api/backchannel-logout'
  expect((await httpCall(baton.address, path, { method: 'POST', headers: chunked, body })).status).toBe(200)
  const long = `logout_token=${'a'.repeat(70_000)}`
  expect((await httpCall(baton.address, path, { method: 'POST', headers, body: long })).status).toBe(413)
})

test('it takes POST alone', async ({ baton }) => {
  const answer = await fetch(`${baton.url}/api/backchannel-logout`)
  expect(answer.headers.get('allow')).toBe('POST')
  await expectRefusal(answer, 405, 'method_not_allowed')
})
