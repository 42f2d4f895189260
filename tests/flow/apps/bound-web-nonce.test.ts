import { randomUUID } from 'node:crypto'
import { generateKeyPair } from 'jose'
import { expect } from 'vitest'
import { fetchAt } from '../../support/clients/fetch-at.ts'
import { expectRefusal } from '../../support/clients/refusal.ts'
import { newDeviceKey, type ProofOptions } from '../../support/device-key.ts'
import { appOrigin } from '../../support/full-config.ts'
import { portOf, served } from '../../support/proxied-backends.ts'
import { startTokenService } from '../../support/servers/token-service.ts'
import { type App, type BoundCall, test as base, idTokenType } from '../../support/test-apps.ts'

const test = base.extend('service', served, async ({ closing }) => {
  const service = await startTokenService(portOf('token-service'))
  service.will((_, res) => res.writeHead(200, { 'content-type': 'application/json' }).end('{}'))
  return closing(service)
})

const greeting = '/api/backends/demo/api/authenticated/greeting'

type Bound = Awaited<ReturnType<App['bound']>>

/** The nonce that the answer to a call gives for the next proof. */
async function nonceFor({ call }: Bound): Promise<string> {
  return (await call('/api/sessions')).headers.get('dpop-nonce') ?? ''
}

/** Every kind of address that takes a web nonce, and how it is called. */
const addresses: [path: string, call: BoundCall, status?: number][] = [
  ['/api/nonce', { method: 'POST', form: {} }],
  ['/api/token', { method: 'POST', form: {} }],
  // Nothing shows this code.
  ['/api/device', { method: 'POST', form: { user_code: 'BCDF-GHJK' } }, 404],
  ['/api/sessions', {}],
  ['/api/auth/session', {}],
  [greeting, {}],
]

test('an exchange with a proof gives a web nonce that is bound to its key, for 14 days', async ({ app }) => {
  const { answer, key, webNonce } = await app.bound()
  expect(answer).toEqual({
    access_token: expect.stringMatching(/^[\w-]{43}$/),
    issued_token_type: 'urn:ietf:params:oauth:token-type:access_token',
    token_type: 'DPoP',
    expires_in: 14 * 24 * 3600,
  })
  const known = await (await app.introspect(webNonce)).json()
  expect(known).toMatchObject({ active: true, client_id: 'app', token_type: 'DPoP', cnf: { jkt: key.jkt } })
})

test('an exchange without a proof gives one as before', async ({ app }) => {
  const known = await (await app.introspect(await app.webNonce())).json()
  expect(known).toMatchObject({ active: true, token_type: 'Bearer' })
  expect(known).not.toHaveProperty('cnf')
})

test('the metadata name the algorithms of proofs', async ({ baton }) => {
  const metadata = await (await fetch(`${baton.url}/oidc/.well-known/openid-configuration`)).json()
  expect(metadata).toMatchObject({
    dpop_signing_alg_values_supported: ['ES256', 'EdDSA', 'Ed25519'],
  })
  expect(JSON.stringify(metadata.dpop_signing_alg_values_supported)).not.toMatch(/HS|none/)
})

test.for(addresses)(
  'with a proof of its key it stands for the session at %s',
  async ([path, call, status = 200], { app, service }) => {
    expect(service).toBeDefined()
    const bound = await app.bound()
    const nonce = await nonceFor(bound)
    const answer = await bound.call(path, { ...call, proof: { nonce } })
    expect(answer.status).toBe(status)
    // In good time for the next proof.
    expect(answer.headers.get('dpop-nonce')).toMatch(/^[\w-]{20,}$/)
  },
)

test.for(addresses)(
  'as bearer it is refused at %s, also where it is known',
  async ([path, call, status = 200], { app, baton, service }) => {
    expect(service).toBeDefined()
    const bound = await app.bound()
    const { method = 'GET', form } = call
    const asBearer = () =>
      fetch(`${baton.url}${path}`, {
        method,
        headers: { authorization: `Bearer ${bound.webNonce}` },
        ...(form && { body: new URLSearchParams(form) }),
      })
    await expectRefusal(await asBearer(), 401, 'invalid_token')
    const nonce = await nonceFor(bound)
    expect((await bound.call(path, { ...call, proof: { nonce } })).status).toBe(status)
    const answer = await asBearer()
    expect(answer.headers.get('www-authenticate')).toMatch(/^Bearer error="invalid_token"/)
    await expectRefusal(answer, 401, 'invalid_token')
  },
)

test.for(addresses)(
  'with the proof of another key it is worth nothing at %s',
  async ([path, call], { app, service }) => {
    expect(service).toBeDefined()
    const [bound, thief] = [await app.bound(), await newDeviceKey()]
    const nonce = await nonceFor(bound)
    const answer = await bound.call(path, { ...call, key: thief, proof: { nonce } })
    expect(answer.headers.get('www-authenticate')).toMatch(/^DPoP error="invalid_token".*, algs="ES256 /)
    await expectRefusal(answer, 401, 'invalid_token')
  },
)

test.for(addresses)(
  'without a proof it is worth nothing at %s, a cookie beside it or not',
  async ([path, call], { baton, app, service, signedIn }) => {
    expect(service).toBeDefined()
    const { webNonce } = await app.bound()
    const person = await signedIn()
    const { method = 'GET', form } = call
    const answer = await fetch(`${baton.url}${path}`, {
      method,
      headers: {
        authorization: `DPoP ${webNonce}`,
        cookie: await person.cookies(path),
        'sec-fetch-site': 'same-origin',
      },
      ...(form && { body: new URLSearchParams(form) }),
    })
    expect(answer.headers.get('www-authenticate')).toMatch(/^DPoP error="invalid_dpop_proof"/)
    await expectRefusal(answer, 401, 'invalid_dpop_proof')
  },
)

test('a use without the key does not keep it alive', async ({ app, baton, sql }) => {
  const bound = await app.bound()
  const { sid } = (await (await app.introspect(bound.webNonce)).json()) as { sid: string }
  await sql(`UPDATE sessions SET idle_until = now() + interval '5 minutes' WHERE id = $1`, [sid])
  const left = async () => {
    const [row] = await sql<{ left: number }>(
      'SELECT extract(epoch FROM idle_until - now())::float AS left FROM sessions WHERE id = $1',
      [sid],
    )
    return row?.left
  }
  const headers = { authorization: `Bearer ${bound.webNonce}` }
  await fetch(`${baton.url}/api/sessions`, { headers })
  await bound.call('/api/sessions', { key: await newDeviceKey() })
  expect(await left()).toBeLessThanOrEqual(300)
  await bound.call('/api/sessions')
  expect(await left()).toBeGreaterThan(13 * 24 * 3600)
})

test('one that is not bound is refused by the DPoP scheme', async ({ app, baton }) => {
  const [webNonce, key] = [await app.webNonce(), await newDeviceKey()]
  const dpop = await key.proof({ method: 'GET', url: `${baton.url}/api/sessions`, token: webNonce })
  const ask = (authorization: string, headers = {}) =>
    fetch(`${baton.url}/api/sessions`, { headers: { authorization, ...headers } })
  await expectRefusal(await ask(`DPoP ${webNonce}`, { dpop }), 401, 'invalid_token')
  expect((await ask(`Bearer ${webNonce}`)).status).toBe(200)
  await expectRefusal(await ask(`DPoP ${webNonce}`, { dpop }), 401, 'invalid_token')
})

const wrong: [string, Partial<ProofOptions>][] = [
  ['the method of another call', { method: 'POST' }],
  ['the address of another call', { url: 'http://localhost:3000/api/nonce' }],
  ['the ath of another token', { token: 'x'.repeat(43) }],
  ['no ath', { claims: { ath: undefined } }],
  ['another type', { header: { typ: 'JWT' } }],
  ['the signature of another key', { signedBy: (await generateKeyPair('ES256')).privateKey }],
  ['an HMAC', { header: { alg: 'HS256' }, signedBy: new Uint8Array(32) }],
]
test.for(wrong)('a proof with %s is refused', async ([, proof], { app }) => {
  const bound = await app.bound()
  const answer = await bound.call('/api/sessions', { proof })
  expect(answer.headers.get('www-authenticate')).toMatch(/^DPoP error="invalid_dpop_proof".*, algs="ES256 /)
  await expectRefusal(answer, 401, 'invalid_dpop_proof')
})

test('the address in a proof is that of BATON_URL, whatever host the call names', async ({
  app,
  startAnother,
  baton,
}) => {
  const other = await startAnother()
  const bound = await app.bound()
  expect((await bound.call('/api/sessions', { at: other.address })).status).toBe(200)
  const url = `${other.address}/api/sessions`
  const answer = await bound.call('/api/sessions', { at: other.address, proof: { url } })
  await expectRefusal(answer, 401, 'invalid_dpop_proof')
  const query = await bound.call('/api/sessions?a=b', { proof: { url: `${baton.url}/api/sessions` } })
  expect(query.status).toBe(200)
})

test.for([-300, 300])(
  'a device whose clock is %i s off is given a nonce, and goes on with it',
  async (off, { app }) => {
    const bound = await app.bound()
    const iat = Math.floor(Date.now() / 1000) + off
    const answer = await bound.call('/api/sessions', { proof: { claims: { iat } } })
    const nonce = answer.headers.get('dpop-nonce') ?? ''
    expect(answer.headers.get('www-authenticate')).toMatch(/^DPoP error="use_dpop_nonce"/)
    await expectRefusal(answer, 401, 'use_dpop_nonce')
    expect((await bound.call('/api/sessions', { proof: { nonce, claims: { iat } } })).status).toBe(200)
  },
)

test('a nonce that Baton has not made is refused everywhere', async ({ app }) => {
  const bound = await app.bound()
  for (const path of ['/api/sessions', greeting])
    await expectRefusal(await bound.call(path, { proof: { nonce: 'made up' } }), 401, 'use_dpop_nonce')
})

test('at /api/nonce a proof works once over all instances, at once as well', async ({
  app,
  startAnother,
  baton,
}) => {
  const other = await startAnother()
  const bound = await app.bound()
  const url = `${baton.url}/api/nonce`
  const proof = await bound.key.proof({ url, token: bound.webNonce })
  const use = (at: string) => bound.call('/api/nonce', { method: 'POST', form: {}, at, proof })
  const answers = await Promise.all(
    Array.from({ length: 10 }, (_, index) => use(index % 2 === 0 ? baton.address : other.address)),
  )
  expect(answers.filter(({ status }) => status === 200)).toHaveLength(1)
  for (const answer of answers.filter(({ status }) => status !== 200))
    await expectRefusal(answer, 401, 'invalid_dpop_proof')
  for (const { address } of [baton, other]) await expectRefusal(await use(address), 401, 'invalid_dpop_proof')
})

test('the proxy wants a nonce in the proof, and takes a proof once', async ({ app, sql }) => {
  const bound = await app.bound({ name: 'Ada Lovelace' })
  const kept = async () => (await sql('SELECT FROM used_proofs')).length
  const before = await kept()
  const first = await bound.call(greeting)
  const nonce = first.headers.get('dpop-nonce') ?? ''
  expect(first.headers.get('www-authenticate')).toMatch(/^DPoP error="use_dpop_nonce"/)
  await expectRefusal(first, 401, 'use_dpop_nonce')
  const proof = { nonce, claims: { jti: randomUUID() } }
  expect(await (await bound.call(greeting, { proof })).json()).toEqual({ greeting: 'Hello, Ada Lovelace!' })
  await expectRefusal(await bound.call(greeting, { proof }), 401, 'invalid_dpop_proof')
  const next = { nonce, claims: { jti: randomUUID() } }
  expect((await bound.call(greeting, { proof: next })).status).toBe(200)
  // No write for a call.
  expect(await kept()).toBe(before)
})

test('neither the web nonce nor the proof reaches the backend', async ({ app }) => {
  const bound = await app.bound()
  const nonce = await nonceFor(bound)
  const echo = '/api/backends/demo/api/authenticated/echo'
  const seen = (await (await bound.call(echo, { proof: { nonce } })).json()) as { headers: object }
  expect(seen.headers).not.toHaveProperty('dpop')
  expect(JSON.stringify(seen)).not.toContain(bound.webNonce)
  expect(seen.headers).toHaveProperty('authorization', expect.stringMatching(/^Bearer sha256:/))
})

test('its revocation needs a proof of the key', async ({ app, baton }) => {
  const bound = await app.bound()
  const { webNonce: token, key } = bound
  const isActive = async () => ((await (await app.introspect(token)).json()) as { active: boolean }).active
  const revoke = (headers: Record<string, string> = {}) =>
    app.post('/oidc/revoke', { token, client_id: 'app' }, headers)
  const url = `${baton.url}/oidc/revoke`
  const refused = async (answer: Response, error: string) => {
    expect([answer.status, await answer.json()]).toMatchObject([400, { error }])
    expect(await isActive()).toBe(true)
  }
  await refused(await revoke(), 'invalid_dpop_proof')
  const thief = await newDeviceKey()
  await refused(await revoke({ dpop: await thief.proof({ url }) }), 'invalid_dpop_proof')
  await refused(
    await revoke({ dpop: await key.proof({ url: `${baton.url}/oidc/token` }) }),
    'invalid_dpop_proof',
  )
  const late = await revoke({ dpop: await key.proof({ url, claims: { iat: 1 } }), origin: appOrigin })
  expect(late.headers.get('access-control-expose-headers')).toMatch(/DPoP-Nonce/)
  const nonce = late.headers.get('dpop-nonce') ?? ''
  await refused(late, 'use_dpop_nonce')
  const dpop = await key.proof({ url, nonce, claims: { iat: 1 } })
  const done = await revoke({ dpop })
  expect([done.status, await done.text()]).toEqual([200, ''])
  expect(await isActive()).toBe(false)
  await expectRefusal(await bound.call('/api/sessions'), 401, 'invalid_token')
})

test('a proof that has revoked one revokes no other', async ({ app, baton }) => {
  const first = await app.bound()
  const second = await app.bound({}, first.key)
  const dpop = await first.key.proof({ url: `${baton.url}/oidc/revoke` })
  const revoke = ({ webNonce: token }: Bound) =>
    app.post('/oidc/revoke', { token, client_id: 'app' }, { dpop })
  expect((await revoke(first)).status).toBe(200)
  expect(await (await revoke(second)).json()).toMatchObject({ error: 'invalid_dpop_proof' })
  expect((await second.call('/api/sessions')).status).toBe(200)
})

test.for<[string, Partial<ProofOptions>, string]>([
  ['of another address', { url: 'https://elsewhere.example/oidc/token' }, 'invalid_dpop_proof'],
  ['that is too old', { claims: { iat: 1 } }, 'use_dpop_nonce'],
  ['with a nonce that Baton has not made', { nonce: 'made up' }, 'use_dpop_nonce'],
  ['of no type', { header: { typ: undefined } }, 'invalid_dpop_proof'],
])('a proof %s gets no web nonce', async ([, otherwise, error], { app, baton }) => {
  const key = await newDeviceKey()
  const dpop = await key.proof({ url: `${baton.url}/oidc/token`, ...otherwise })
  const form = { subject_token: await app.idToken(), subject_token_type: idTokenType }
  const answer = await app.exchange(form, { dpop, origin: appOrigin })
  expect([answer.status, await answer.json()]).toMatchObject([400, { error }])
  if (error !== 'use_dpop_nonce') return
  expect(answer.headers.get('access-control-expose-headers')).toMatch(/DPoP-Nonce/)
  const nonce = answer.headers.get('dpop-nonce') ?? ''
  const again = await key.proof({ url: `${baton.url}/oidc/token`, ...otherwise, nonce })
  expect(await (await app.exchange(form, { dpop: again })).json()).toMatchObject({ token_type: 'DPoP' })
})

test('a proof gets one web nonce alone, over all instances', async ({ app, baton, startAnother }) => {
  const other = await startAnother()
  const key = await newDeviceKey()
  const dpop = await key.proof({ url: `${baton.url}/oidc/token` })
  const exchange = async (at: string) => {
    const form = { subject_token: await app.idToken({ sub: randomUUID() }), subject_token_type: idTokenType }
    const grant_type = 'urn:ietf:params:oauth:grant-type:token-exchange'
    return fetchAt(at, `${baton.url}/oidc/token`, {
      method: 'POST',
      headers: { dpop },
      form: { grant_type, client_id: 'app', ...form },
    })
  }
  const answers = await Promise.all([baton, other, baton, other].map(({ address }) => exchange(address)))
  expect(answers.filter(({ status }) => status === 200)).toHaveLength(1)
  for (const answer of answers.filter(({ status }) => status !== 200))
    expect([answer.status, await answer.json()]).toMatchObject([400, { error: 'invalid_dpop_proof' }])
})

test('a page of an app’s origin may send proofs and read nonces', async ({ app, baton, service }) => {
  expect(service).toBeDefined()
  const bound = await app.bound()
  for (const [path, call] of addresses.filter(([path]) => /nonce|token|device|backends/.test(path))) {
    const asked = await fetch(`${baton.url}${path}`, {
      method: 'OPTIONS',
      headers: {
        origin: appOrigin,
        'access-control-request-method': call.method ?? 'GET',
        'access-control-request-headers': 'authorization,dpop',
      },
    })
    expect([asked.status, asked.headers.get('access-control-allow-headers')]).toEqual([
      204,
      expect.stringMatching(/authorization.*dpop/i),
    ])
    const answer = await bound.call(path, {
      ...call,
      headers: { origin: appOrigin },
      proof: { nonce: 'old' },
    })
    expect(answer.status).toBe(401)
    expect(answer.headers.get('access-control-allow-origin')).toBe(appOrigin)
    expect(answer.headers.get('access-control-expose-headers')).toBe('*, DPoP-Nonce, WWW-Authenticate')
    expect(answer.headers.get('dpop-nonce')).toMatch(/\S/)
  }
})

test('a call with a proof beside an ID token is refused, as one with a bearer is', async ({ app }) => {
  const bound = await app.bound()
  const form = { token: await app.idToken() }
  await expectRefusal(await bound.call('/api/nonce', { method: 'POST', form }), 400, 'invalid_request')
})
