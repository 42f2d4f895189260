import { expect } from 'vitest'
import type { Stage } from '../../support/stage.ts'
import { type App, accessTokenType, basic, test } from '../../support/test-apps.ts'

const inactive = { active: false }

test('a resource server that the app lists learns whose session it is, for five seconds', async ({
  app,
  issuer,
  baton,
}) => {
  const webNonce = await app.webNonce(
    await issuer.idToken(baton.url, {
      sub: 'ada',
      name: 'Ada Lovelace',
      auth_time: 1_700_000_000,
    }),
  )
  const answer = await app.introspect(webNonce)
  expect([answer.status, answer.headers.get('cache-control')]).toEqual([200, 'private, max-age=5'])
  const session = (await answer.json()) as { sid: string; exp: number; iat: number }
  expect(session).toEqual({
    active: true,
    sub: expect.stringMatching(/^[\da-f-]{36}$/),
    client_id: 'app',
    iss: `${baton.url}/oidc`,
    sid: expect.stringMatching(/^[\da-f-]{36}$/),
    auth_time: 1_700_000_000,
    iat: expect.any(Number),
    exp: expect.any(Number),
    token_type: 'Bearer',
    username: 'Ada Lovelace',
  })
  expect(session.exp - session.iat).toBeGreaterThan(1790)
  expect(session.exp - session.iat).toBeLessThan(1810)
})

test.for<[string, (app: App, sql: Stage['sql']) => Promise<Response>]>([
  [
    'to a resource server that this app does not list',
    async (app) =>
      app.introspect(await app.webNonce(), basic('stranger-backend', 'the+secret+of+stranger-backend')),
  ],
  [
    'to a web application',
    async (app) => app.introspect(await app.webNonce(), basic('web', 'the+secret+of+web')),
  ],
  ['that was never issued', (app) => app.introspect('x'.repeat(43))],
  ['that is none', (app) => app.introspect('x')],
  ['that is an ID token', async (app) => app.introspect(await app.idToken())],
  ['that is a JWT of Baton’s own', async (app) => app.introspect(await app.jwt(await app.webNonce()))],
  [
    'that was revoked',
    async (app) => {
      const webNonce = await app.webNonce()
      expect((await app.revoke(webNonce)).status).toBe(200)
      return app.introspect(webNonce)
    },
  ],
  [
    'that was not used for too long',
    async (app, sql) => {
      const webNonce = await app.webNonce()
      const { sid } = (await (await app.introspect(webNonce)).json()) as { sid: string }
      await sql('UPDATE sessions SET idle_until = now() WHERE id = $1', [sid])
      return app.introspect(webNonce)
    },
  ],
  [
    'that is past its absolute end',
    async (app, sql) => {
      const webNonce = await app.webNonce()
      const { sid } = (await (await app.introspect(webNonce)).json()) as { sid: string }
      await sql('UPDATE sessions SET expires_at = now() WHERE id = $1', [sid])
      return app.introspect(webNonce)
    },
  ],
])('introspection says nothing about a token %s', async ([, ask], { app, sql }) => {
  const answer = await ask(app, sql)
  expect([answer.status, await answer.json()]).toEqual([200, inactive])
  expect(answer.headers.get('cache-control')).toBe('no-store')
})

test.for([
  ['without credentials', {}],
  ['with a wrong secret', { authorization: basic('demo-backend', 'wrong') }],
] as const)(
  'a caller %s learns nothing, not even about JWTs',
  async ([, headers], { app, issuer, baton }) => {
    for (const token of [await app.webNonce(), await issuer.idToken(baton.url)]) {
      const answer = await app.post('/oidc/introspect', { token }, headers as Record<string, string>)
      expect(answer.status).toBeGreaterThanOrEqual(400)
      expect(await answer.json()).not.toHaveProperty('active')
    }
  },
)

test('each use extends the idle timeout, never beyond the absolute end', async ({ app, sql }) => {
  const webNonce = await app.webNonce()
  const ask = async () => (await (await app.introspect(webNonce)).json()) as { sid: string; exp: number }
  const { sid } = await ask()
  const now = () => Math.floor(Date.now() / 1000)
  await sql(`UPDATE sessions SET idle_until = now() + interval '2 minutes' WHERE id = $1`, [sid])
  expect((await ask()).exp).toBeGreaterThan(now() + 1700)
  await sql(
    `UPDATE sessions SET idle_until = now() + interval '2 minutes',
     expires_at = now() + interval '5 minutes' WHERE id = $1`,
    [sid],
  )
  expect((await ask()).exp).toBeLessThan(now() + 310)
})

test('a caller that may not introspect a web nonce does not keep it alive', async ({
  app,
  sql,
  partners,
}) => {
  const webNonce = await app.webNonce()
  const { sid } = (await (await app.introspect(webNonce)).json()) as { sid: string }
  const left = async () => {
    const [row] = await sql<{ left: number }>(
      'SELECT extract(epoch FROM idle_until - now())::float AS left FROM sessions WHERE id = $1',
      [sid],
    )
    return row?.left ?? 0
  }
  await sql(`UPDATE sessions SET idle_until = now() + interval '2 minutes' WHERE id = $1`, [sid])
  await app.introspect(webNonce, basic('stranger-backend', 'the+secret+of+stranger-backend'))
  const form = { subject_token: webNonce, subject_token_type: accessTokenType, client_id: 'demo-phone' }
  await app.exchange({ ...form, resource: partners.backendUrl })
  expect(await left()).toBeLessThan(125)
  await app.introspect(webNonce)
  expect(await left()).toBeGreaterThan(1700)
})

test('a nonce that an app asked for before it was idle for too long cannot be used', async ({
  app,
  newcomer,
  sql,
}) => {
  const webNonce = await app.webNonce()
  const { sid } = (await (await app.introspect(webNonce)).json()) as { sid: string }
  const { nonce } = await (await app.post('/api/nonce', {}, { authorization: `Bearer ${webNonce}` })).json()
  const [opened, late] = [newcomer(), newcomer()]
  expect((await opened.request(`/handoff?nonce=${nonce}`)).status).toBe(200)
  await sql('UPDATE sessions SET idle_until = now() WHERE id = $1', [sid])
  expect((await opened.redeem(nonce)).status).toBe(410)
  expect((await late.request(`/handoff?nonce=${nonce}`)).status).toBe(410)
})

test('an app revokes its own web nonces alone', async ({ app }) => {
  const webNonce = await app.webNonce()
  expect((await app.revoke(webNonce, 'demo-phone')).status).toBe(200)
  expect(await (await app.introspect(webNonce)).json()).toMatchObject({ active: true })
  expect((await app.revoke('x'.repeat(43))).status).toBe(200)
})

test('a web nonce ends with its hand-offs and pending nonces, and gives no new token', async ({
  app,
  newcomer,
  partners,
}) => {
  const webNonce = await app.webNonce()
  const ask = async () => {
    const answer = await app.post('/api/nonce', {}, { authorization: `Bearer ${webNonce}` })
    return { status: answer.status, nonce: ((await answer.json()) as { nonce: string }).nonce }
  }
  const [child, late] = [newcomer(), newcomer()]
  const { nonce } = await ask()
  await child.request(`/handoff?nonce=${nonce}`)
  expect((await child.redeem(nonce)).status).toBe(303)
  const pending = await ask()
  await late.request(`/handoff?nonce=${pending.nonce}`)
  expect(await child.session()).not.toBeNull()

  await app.revoke(webNonce)
  expect(await child.session()).toBeNull()
  expect((await late.redeem(pending.nonce)).status).toBe(410)
  expect((await ask()).status).toBe(401)
  const form = { subject_token: webNonce, subject_token_type: accessTokenType }
  expect((await app.exchange({ ...form, resource: partners.backendUrl })).status).toBe(400)
})

test('a sign-out at the provider ends an app’s session as well, by the names in its ID token', async ({
  app,
  issuer,
  baton,
}) => {
  const [sid, sub] = ['session-at-the-issuer', 'grace']
  const webNonce = await app.webNonce(await issuer.idToken(baton.url, { sub, sid }))
  const logout_token = await issuer.idToken(
    baton.url,
    {
      aud: 'app',
      azp: undefined,
      sub,
      sid,
      jti: 'j',
      events: { 'http://schemas.openid.net/event/backchannel-logout': {} },
    },
    { typ: 'logout+jwt' },
  )
  expect((await app.post('/api/backchannel-logout', { logout_token })).status).toBe(200)
  expect(await (await app.introspect(webNonce)).json()).toEqual(inactive)
})
