import { randomUUID } from 'node:crypto'
import { decodeJwt } from 'jose'
import { expect } from 'vitest'
import { newDeviceKey } from '../../support/device-key.ts'
import { fullConfig } from '../../support/full-config.ts'
import type { Setup } from '../../support/stage.ts'
import { perFile } from '../../support/test.ts'
import { type App, accessTokenType, test as base, idTokenType } from '../../support/test-apps.ts'

const hour = 3600

const test = base.extend('setup', perFile, {
  config: (partners) => {
    const config = fullConfig(partners, {
      tokenService: {
        url: `${partners.backendUrl}/token`,
        clientId: 'demo-token-service',
        clientSecret: 'demo-token-service-secret',
      },
      webNonces: {
        idleTime: 600,
        lifetime: 2 * hour,
        bound: { idleTime: 20 * hour, lifetime: 48 * hour },
      },
    }) as { clients: { client_id: string; dpop_bound_access_tokens?: boolean }[] }
    for (const client of config.clients) client.dpop_bound_access_tokens = client.client_id === 'demo-phone'
    return config
  },
} satisfies Setup)

type Bound = Awaited<ReturnType<App['bound']>>

test('a bound web nonce gets a JWT that is bound to its key, with a proof of it alone', async ({
  app,
  baton,
  partners,
}) => {
  const bound = await app.bound()
  const url = `${baton.url}/oidc/token`
  const ask = (headers: Record<string, string> = {}) =>
    app.exchange(
      {
        subject_token: bound.webNonce,
        subject_token_type: accessTokenType,
        resource: partners.backendUrl,
      },
      headers,
    )
  expect(await (await ask()).json()).toMatchObject({ error: 'invalid_request' })
  const thief = await newDeviceKey()
  expect(await (await ask({ dpop: await thief.proof({ url }) })).json()).toMatchObject({
    error: 'invalid_request',
  })
  const dpop = await bound.key.proof({ url })
  const answer = (await (await ask({ dpop })).json()) as { access_token: string }
  expect(answer).toMatchObject({ token_type: 'DPoP', expires_in: 300 })
  expect(decodeJwt(answer.access_token)).toMatchObject({ cnf: { jkt: bound.key.jkt }, client_id: 'app' })
  expect(await (await ask({ dpop })).json()).toMatchObject({ error: 'invalid_dpop_proof' })
})

test('a web nonce that is not bound may get a JWT that is', async ({ app, baton, partners }) => {
  const [subject_token, key] = [await app.webNonce(), await newDeviceKey()]
  const form = { subject_token, subject_token_type: accessTokenType, resource: partners.backendUrl }
  const dpop = await key.proof({ url: `${baton.url}/oidc/token` })
  const answer = (await (await app.exchange(form, { dpop })).json()) as { access_token: string }
  expect(answer).toMatchObject({ token_type: 'DPoP' })
  expect(decodeJwt(answer.access_token)).toMatchObject({ cnf: { jkt: key.jkt } })
})

test('the demo’s backend takes both by the DPoP scheme, and neither as bearer', async ({
  app,
  baton,
  partners,
}) => {
  const bound = await app.bound({ name: 'Ada Lovelace' })
  const form = {
    subject_token: bound.webNonce,
    subject_token_type: accessTokenType,
    resource: partners.backendUrl,
  }
  const dpop = await bound.key.proof({ url: `${baton.url}/oidc/token` })
  const { access_token: jwt } = (await (await app.exchange(form, { dpop })).json()) as {
    access_token: string
  }
  const url = `${partners.backendUrl}/api/authenticated/greeting`
  for (const token of [bound.webNonce, jwt]) {
    const proof = await bound.key.proof({ method: 'GET', url, token })
    const good = await fetch(url, { headers: { authorization: `DPoP ${token}`, dpop: proof } })
    expect(await good.json()).toEqual({ greeting: 'Hello, Ada Lovelace!' })
    const again = await fetch(url, { headers: { authorization: `DPoP ${token}`, dpop: proof } })
    expect([again.status, await again.json()]).toMatchObject([401, { error: 'invalid_dpop_proof' }])
    const asBearer = await fetch(url, { headers: { authorization: `Bearer ${token}` } })
    expect([asBearer.status, await asBearer.json()]).toMatchObject([401, { error: 'invalid_token' }])
  }
})

test('the token service of the demo takes a bound web nonce from Baton', async ({ app }) => {
  const bound = await app.bound()
  const answer = await bound.call('/api/token', { method: 'POST', form: {} })
  expect([answer.status, await answer.json()]).toMatchObject([200, { access_token: expect.any(String) }])
})

test('a client that has to bind its tokens gets none without a proof', async ({
  app,
  phoneTokens,
  baton,
}) => {
  const { idToken } = await phoneTokens()
  const form = { client_id: 'demo-phone', subject_token: idToken, subject_token_type: idTokenType }
  const refused = await app.exchange(form)
  expect([refused.status, await refused.json()]).toMatchObject([400, { error: 'invalid_dpop_proof' }])
  const key = await newDeviceKey()
  const dpop = await key.proof({ url: `${baton.url}/oidc/token` })
  expect(await (await app.exchange(form, { dpop })).json()).toMatchObject({ token_type: 'DPoP' })
})

test('bound web nonces have an idle time and a lifetime of their own', async ({ app, sql }) => {
  const [bound, unbound] = [await app.bound(), await app.webNonce()]
  expect(bound.answer).toMatchObject({ expires_in: 20 * hour })
  const timesOf = async (webNonce: string) => {
    const { sid } = (await (await app.introspect(webNonce)).json()) as { sid: string }
    const [row] = await sql<{ idle: number; life: number }>(
      `SELECT extract(epoch FROM idle_until - now())::float AS idle,
              extract(epoch FROM expires_at - now())::float AS life FROM sessions WHERE id = $1`,
      [sid],
    )
    return {
      sid,
      idle: Math.ceil((row?.idle ?? 0) / 600) * 600,
      life: Math.ceil((row?.life ?? 0) / hour) * hour,
    }
  }
  const times = await timesOf(bound.webNonce)
  expect(times).toMatchObject({ idle: 20 * hour, life: 48 * hour })
  expect(await timesOf(unbound)).toMatchObject({ idle: 600, life: 2 * hour })

  // Each kind of use moves the idle end by the idle time of bound ones.
  const uses = [
    () => bound.call('/api/sessions'),
    () => app.introspect(bound.webNonce),
    () => handOver(bound),
  ]
  for (const use of uses) {
    await sql(`UPDATE sessions SET idle_until = now() + interval '1 hour' WHERE id = $1`, [times.sid])
    await use()
    expect(await timesOf(bound.webNonce)).toMatchObject({ idle: 20 * hour })
  }
})

async function handOver(bound: Bound): Promise<void> {
  const answer = await bound.call('/api/nonce', { method: 'POST', form: {} })
  expect(answer.status).toBe(200)
}

test('a bound web nonce that has been idle for too long is over', async ({ app, sql }) => {
  const bound = await app.bound()
  const { sid } = (await (await app.introspect(bound.webNonce)).json()) as { sid: string }
  await sql(`UPDATE sessions SET idle_until = now() - interval '1 second' WHERE id = $1`, [sid])
  expect((await bound.call('/api/sessions')).status).toBe(401)
  expect(await (await app.introspect(bound.webNonce)).json()).toEqual({ active: false })
})

test('a hand-off from a bound web nonce lives for 12 hours at most', async ({ app, newcomer, sql }) => {
  const bound = await app.bound()
  const answer = await bound.call('/api/nonce', { method: 'POST', form: {} })
  const { nonce } = (await answer.json()) as { nonce: string }
  const browser = newcomer()
  await browser.redeem(nonce)
  const { sid } = (await browser.session()) ?? {}
  const [row] = await sql<{ life: number }>(
    'SELECT extract(epoch FROM expires_at - now())::float AS life FROM sessions WHERE id = $1',
    [sid],
  )
  expect(row?.life).toBeGreaterThan(11 * hour)
  expect(row?.life).toBeLessThanOrEqual(12 * hour)
})

test('a second exchange of one ID token ends the web nonce of the first, bound or not', async ({
  app,
  baton,
}) => {
  const subject_token = await app.idToken({ sub: randomUUID() })
  const form = { subject_token, subject_token_type: idTokenType }
  const key = await newDeviceKey()
  const exchange = async (headers = {}) =>
    ((await (await app.exchange(form, headers)).json()) as { access_token: string }).access_token
  const isActive = async (token: string) =>
    ((await (await app.introspect(token)).json()) as { active: boolean }).active
  const first = await exchange()
  const second = await exchange({ dpop: await key.proof({ url: `${baton.url}/oidc/token` }) })
  expect([await isActive(first), await isActive(second)]).toEqual([false, true])
})
