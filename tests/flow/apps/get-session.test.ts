import { afterAll, beforeAll, expect, test } from 'vitest'
import { type AppStage, accessTokenType, basic, startAppStage } from '../../support/app-stage.ts'

let stage: AppStage

beforeAll(async () => {
  stage = await startAppStage()
})
afterAll(() => stage?.close())

const inactive = { active: false }

test('a resource server that the app lists learns whose session it is, and may keep that for five seconds', async () => {
  const webNonce = await stage.webNonce(
    await stage.issuer.idToken(stage.baton.url, {
      sub: 'ada',
      name: 'Ada Lovelace',
      auth_time: 1_700_000_000,
    }),
  )
  const answer = await stage.introspect(webNonce)
  expect([answer.status, answer.headers.get('cache-control')]).toEqual([200, 'private, max-age=5'])
  const session = (await answer.json()) as { sid: string; exp: number; iat: number }
  expect(session).toEqual({
    active: true,
    sub: expect.stringMatching(/^[\da-f-]{36}$/),
    client_id: 'app',
    iss: `${stage.baton.url}/oidc`,
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

test.each<[string, () => Promise<Response>]>([
  [
    'to a resource server that this app does not list',
    async () => stage.introspect(await stage.webNonce(), basic('stranger', 'secret+of+stranger')),
  ],
  [
    'to a web application',
    async () => stage.introspect(await stage.webNonce(), basic('web', 'secret+of+web')),
  ],
  ['that was never issued', () => stage.introspect('x'.repeat(43))],
  ['that is none', () => stage.introspect('x')],
  ['that is an ID token', async () => stage.introspect(await stage.issuer.idToken(stage.baton.url))],
  [
    'that is a JWT of Baton’s own',
    async () => {
      const form = { subject_token: await stage.webNonce(), subject_token_type: accessTokenType }
      const answer = await stage.exchange({ ...form, resource: stage.partners.backendUrl })
      return stage.introspect(((await answer.json()) as { access_token: string }).access_token)
    },
  ],
  [
    'that was revoked',
    async () => {
      const webNonce = await stage.webNonce()
      expect((await stage.revoke(webNonce)).status).toBe(200)
      return stage.introspect(webNonce)
    },
  ],
  [
    'that was not used for too long',
    async () => {
      const webNonce = await stage.webNonce()
      const { sid } = (await (await stage.introspect(webNonce)).json()) as { sid: string }
      await stage.sql('UPDATE sessions SET idle_until = now() WHERE id = $1', [sid])
      return stage.introspect(webNonce)
    },
  ],
  [
    'that is past its absolute end',
    async () => {
      const webNonce = await stage.webNonce()
      const { sid } = (await (await stage.introspect(webNonce)).json()) as { sid: string }
      await stage.sql('UPDATE sessions SET expires_at = now() WHERE id = $1', [sid])
      return stage.introspect(webNonce)
    },
  ],
])('nothing is told of a token %s', async (_, ask) => {
  const answer = await ask()
  expect([answer.status, await answer.json()]).toEqual([200, inactive])
  expect(answer.headers.get('cache-control')).toBe('no-store')
})

test.each([
  ['without credentials', {}],
  ['with a wrong secret', { authorization: basic('demo-backend', 'wrong') }],
])('a caller %s is told nothing, of JWTs neither', async (_, headers) => {
  for (const token of [await stage.webNonce(), await stage.issuer.idToken(stage.baton.url)]) {
    const answer = await stage.post('/oidc/introspect', { token }, headers as Record<string, string>)
    expect(answer.status).toBeGreaterThanOrEqual(400)
    expect(await answer.json()).not.toHaveProperty('active')
  }
})

test('each use puts the idle end off, and never beyond the absolute end', async () => {
  const webNonce = await stage.webNonce()
  const ask = async () => (await (await stage.introspect(webNonce)).json()) as { sid: string; exp: number }
  const { sid } = await ask()
  const now = () => Math.floor(Date.now() / 1000)
  await stage.sql(`UPDATE sessions SET idle_until = now() + interval '2 minutes' WHERE id = $1`, [sid])
  expect((await ask()).exp).toBeGreaterThan(now() + 1700)
  await stage.sql(
    `UPDATE sessions SET idle_until = now() + interval '2 minutes', expires_at = now() + interval '5 minutes' WHERE id = $1`,
    [sid],
  )
  expect((await ask()).exp).toBeLessThan(now() + 310)
})

test('who may not ask about a web nonce does not keep it alive by asking', async () => {
  const webNonce = await stage.webNonce()
  const { sid } = (await (await stage.introspect(webNonce)).json()) as { sid: string }
  const left = async () => {
    const [row] = await stage.sql<{ left: number }>(
      'SELECT extract(epoch FROM idle_until - now())::float AS left FROM sessions WHERE id = $1',
      [sid],
    )
    return row?.left ?? 0
  }
  await stage.sql(`UPDATE sessions SET idle_until = now() + interval '2 minutes' WHERE id = $1`, [sid])
  await stage.introspect(webNonce, basic('stranger', 'secret+of+stranger'))
  const form = { subject_token: webNonce, subject_token_type: accessTokenType, client_id: 'demo-phone' }
  await stage.exchange({ ...form, resource: stage.partners.backendUrl })
  expect(await left()).toBeLessThan(125)
  await stage.introspect(webNonce)
  expect(await left()).toBeGreaterThan(1700)
})

test('what an idle app asked for while it was not cannot be used any more', async () => {
  const webNonce = await stage.webNonce()
  const { sid } = (await (await stage.introspect(webNonce)).json()) as { sid: string }
  const { nonce } = await (await stage.post('/api/nonce', {}, { authorization: `Bearer ${webNonce}` })).json()
  const [opened, late] = [stage.newcomer(), stage.newcomer()]
  expect((await opened.request(`/handoff?nonce=${nonce}`)).status).toBe(200)
  await stage.sql('UPDATE sessions SET idle_until = now() WHERE id = $1', [sid])
  expect((await opened.redeem(nonce)).status).toBe(410)
  expect((await late.request(`/handoff?nonce=${nonce}`)).status).toBe(410)
})

test('an app revokes its own web nonces alone', async () => {
  const webNonce = await stage.webNonce()
  expect((await stage.revoke(webNonce, 'demo-phone')).status).toBe(200)
  expect(await (await stage.introspect(webNonce)).json()).toMatchObject({ active: true })
  expect((await stage.revoke('x'.repeat(43))).status).toBe(200)
})

test('what came of a web nonce ends with it: hand-offs, pending nonces, and no new token comes of it', async () => {
  const webNonce = await stage.webNonce()
  const ask = async () => {
    const answer = await stage.post('/api/nonce', {}, { authorization: `Bearer ${webNonce}` })
    return { status: answer.status, nonce: ((await answer.json()) as { nonce: string }).nonce }
  }
  const [child, late] = [stage.newcomer(), stage.newcomer()]
  const { nonce } = await ask()
  await child.request(`/handoff?nonce=${nonce}`)
  expect((await child.redeem(nonce)).status).toBe(303)
  const pending = await ask()
  await late.request(`/handoff?nonce=${pending.nonce}`)
  expect(await child.session()).not.toBeNull()

  await stage.revoke(webNonce)
  expect(await child.session()).toBeNull()
  expect((await late.redeem(pending.nonce)).status).toBe(410)
  expect((await ask()).status).toBe(401)
  const form = { subject_token: webNonce, subject_token_type: accessTokenType }
  expect((await stage.exchange({ ...form, resource: stage.partners.backendUrl })).status).toBe(400)
})

test('a sign-out at the provider ends an app’s session as well, by the names in its ID token', async () => {
  const [sid, sub] = ['session-at-the-issuer', 'grace']
  const webNonce = await stage.webNonce(await stage.issuer.idToken(stage.baton.url, { sub, sid }))
  const logout_token = await stage.issuer.idToken(
    stage.baton.url,
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
  expect((await stage.post('/api/backchannel-logout', { logout_token })).status).toBe(200)
  expect(await (await stage.introspect(webNonce)).json()).toEqual(inactive)
})
