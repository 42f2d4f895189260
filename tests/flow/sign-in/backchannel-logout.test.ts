import { randomUUID } from 'node:crypto'
import type { JWTHeaderParameters, JWTPayload } from 'jose'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { nonceFor } from '../../support/app.ts'
import { httpCall } from '../../support/clients/http-call.ts'
import { expectRefusal } from '../../support/clients/refusal.ts'
import type { Person } from '../../support/person.ts'
import { type Stage, startStage } from '../../support/stage.ts'
import { startTrustedIssuer, type TrustedIssuer } from '../../support/trusted-issuer.ts'

const event = 'http://schemas.openid.net/event/backchannel-logout'

let issuer: TrustedIssuer
let stage: Stage

beforeAll(async () => {
  issuer = await startTrustedIssuer()
  stage = await startStage({
    config: (partners) => partners.config({ trustedIssuers: [issuer.trust] }),
  })
})
afterAll(async () => {
  await stage?.close()
  await issuer?.close()
})

const logoutToken = (claims: JWTPayload = {}, header: Partial<JWTHeaderParameters> = {}) =>
  issuer.idToken(
    stage.baton.url,
    { aud: 'app', azp: undefined, jti: randomUUID(), events: { [event]: {} }, ...claims },
    { typ: 'logout+jwt', ...header },
  )

const send = (form: Record<string, string> | string, headers: Record<string, string> = {}) =>
  fetch(`${stage.baton.url}/api/backchannel-logout`, {
    method: 'POST',
    headers,
    body: new URLSearchParams(form),
  })

/** A browser that an app handed its person over to. */
async function handedOver(sub: string): Promise<Person> {
  const browser = stage.newcomer()
  const nonce = await nonceFor(stage.baton.url, await issuer.idToken(stage.baton.url, { sub }))
  await browser.request(`/handoff?nonce=${nonce}`)
  expect((await browser.redeem(nonce)).status).toBe(303)
  return browser
}

test('a logout token ends what it names, is answered with an empty 200 that no cache keeps, and works once', async () => {
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

test('a token for somebody who is not here is taken all the same', async () => {
  expect((await send({ logout_token: await logoutToken({ sub: 'nobody' }) })).status).toBe(200)
})

test.each<[string, () => Promise<Record<string, string> | string>]>([
  ['nothing', async () => ''],
  ['no JWT', async () => ({ logout_token: 'x' })],
  ['an ID token', async () => ({ logout_token: await issuer.idToken(stage.baton.url, { sub: 'alan' }) })],
  ['a token with a nonce', async () => ({ logout_token: await logoutToken({ sub: 'alan', nonce: 'n' }) })],
  [
    'a token of another client',
    async () => ({ logout_token: await logoutToken({ sub: 'alan', aud: 'other' }) }),
  ],
  [
    'two tokens',
    async () => {
      const token = await logoutToken({ sub: 'alan' })
      return `logout_token=${token}&logout_token=${token}`
    },
  ],
])('what is no good logout token is refused and ends nothing: %s', async (_, form) => {
  const alan = await handedOver('alan')
  await expectRefusal(await send(await form()), 400, 'invalid_request')
  expect(await alan.session()).not.toBeNull()
})

test('a token that is sent in chunks is read, and one beyond 64 KiB is not', async () => {
  const body = `logout_token=${await logoutToken({ sub: 'ada' })}`
  const headers = { host: new URL(stage.baton.url).host, 'content-type': 'application/x-www-form-urlencoded' }
  const chunked = { ...headers, 'transfer-encoding': 'chunked' }
  const path = '/api/backchannel-logout'
  expect((await httpCall(stage.baton.address, path, { method: 'POST', headers: chunked, body })).status).toBe(
    200,
  )
  const long = `logout_token=${'a'.repeat(70_000)}`
  expect((await httpCall(stage.baton.address, path, { method: 'POST', headers, body: long })).status).toBe(
    413,
  )
})

test('it takes POST alone', async () => {
  const answer = await fetch(`${stage.baton.url}/api/backchannel-logout`)
  expect(answer.headers.get('allow')).toBe('POST')
  await expectRefusal(answer, 405, 'method_not_allowed')
})
