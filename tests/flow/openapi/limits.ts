import { methods } from '#lib/endpoints/endpoint.ts'
import { askAsBrowser, openCode, tokenOn } from '../../support/another-device.ts'
import { newDeviceKey } from '../../support/device-key.ts'
import { basic, idTokenType, tokenExchange } from '../../support/test-apps.ts'
import { bearer, fieldOf, ownPage, type Play } from './play.ts'
import { nameOf } from './strict-setup.ts'

/** What a Baton answers beyond its limits; those that can be configured are one. */
export const limits: Play = async (given) => {
  await byAddress(given)
  await clientSecrets(given)
  await bySession(given)
  await streams(given)
  await proofs(given)
}

const from = { 'x-forwarded-for': '192.0.2.1' }
const nothing = 'n'.repeat(43)
/** More than the eight of one session at each of two workers. */
const mostStreams = 17

/** Hand-offs, sign-ins and sign-outs count for the address that they come from. */
const byAddress: Play = async ({ ask, post }) => {
  for (const accept of ['*/*', 'text/html']) {
    const headers = { ...from, accept }
    await ask(`/handoff?nonce=${nothing}`, { headers })
    await post('/handoff', { nonce: nothing }, headers)
    await ask('/interaction/nothing', { headers })
    await post('/interaction/nothing', {}, headers)
    await ask('/oidc/authorize?client_id=web', { headers })
    await post('/sign-in', { provider: 'demo' }, { ...headers, ...ownPage })
    await post('/sign-in/another-device', {}, { ...headers, ...ownPage })
    await post('/api/auth/signin/demo', {}, headers)
    await post('/oidc/device_authorization', { client_id: 'tv' }, headers)
  }
  for (let time = 0; time < 61; time++) await ask('/oidc/logout', { headers: from })
}

const clientSecrets: Play = async ({ ask, post }) => {
  const headers = { ...from, authorization: basic('demo-backend', 'wrong') }
  for (let time = 0; time < 2; time++) await ask('/api/revocations', { headers })
  for (const endpoint of ['token', 'introspect', 'revoke'])
    await post(`/oidc/${endpoint}`, { token: 'x', grant_type: 'refresh_token' }, headers)
}

/** Nonces count for the session that asks, and so do wrong user codes. */
const bySession: Play = async ({ ask, post, browser, webNonce }) => {
  const app = bearer(await webNonce())
  for (let time = 0; time < 2; time++) await post('/api/nonce', {}, app)
  await post('/api/device', { user_code: 'BBBB-BBBB' }, app)
  const person = browser()
  await person.signIn()
  const user_code = await askAsBrowser(browser())
  const csrf_token = tokenOn(await openCode(person, user_code))
  const headers = { ...ownPage, cookie: await person.cookies('/device') }
  for (let time = 0; time < 6; time++) await ask('/device?user_code=BBBB-BBBB', { headers })
  await post('/device', { csrf_token, user_code, approve: 'no' }, headers)
}

/** Streams of one session, of one waiting browser and of one client. */
const streams: Play = async ({ browser, listen }) => {
  const person = browser()
  await person.signIn()
  await listen('/api/sessions/events', { ...ownPage, cookie: await person.cookies() }, mostStreams)
  const waiting = browser()
  await askAsBrowser(waiting)
  await listen('/sign-in/another-device/events', { cookie: await waiting.cookies() }, mostStreams)
}

/** DPoP proofs of one session, good ones and those that were used before. */
const proofs: Play = async ({ ask, post, stage: { baton, partners } }) => {
  const key = await newDeviceKey()
  const form = {
    grant_type: tokenExchange,
    client_id: 'app',
    // Of a person of their own: it signs out everywhere at the end.
    subject_token: await partners.trustedIssuer.idToken(baton.url, { sub: 'proofs' }),
    subject_token_type: idTokenType,
  }
  const dpop = await key.proof({ url: `${baton.url}/oidc/token` })
  const token = await fieldOf(await post('/oidc/token', form, { dpop }), 'access_token')
  const headersFor = async (method: string, path: string, nonce?: string) => {
    const [url = ''] = path.split('?')
    return {
      authorization: `DPoP ${token}`,
      dpop: await key.proof({ method, url: baton.url + url, token, nonce }),
    }
  }
  const again = await headersFor('GET', '/api/sessions')
  const send = async () => (await fetch(`${baton.url}/api/sessions`, { headers: again })).body?.cancel()
  for (let sent = 0; sent < 3_000; sent += 50) await Promise.all(Array.from({ length: 50 }, send))
  for (const [method, path] of [
    ['GET', '/api/sessions'],
    ['DELETE', '/api/sessions'],
    ['DELETE', `/api/sessions/${crypto.randomUUID()}`],
    ['GET', `/api/nonce/status?nonce=${nothing}`],
    ['POST', '/api/nonce/approval'],
    ['GET', '/api/auth/session'],
    ['POST', '/api/token'],
    ...methods.map((each) => [each, `/api/backends/${nameOf('absent', 'any')}/x`] as const),
  ] as const) {
    const first = await ask(path, { method, headers: await headersFor(method, path) })
    const nonce = first.headers.get('dpop-nonce') ?? undefined
    await ask(path, {
      method,
      headers: await headersFor(method, path, nonce),
      ...(method === 'POST' && { form: {} }),
    })
  }
}
