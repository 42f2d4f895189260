import { createRemoteJWKSet, decodeJwt, decodeProtectedHeader, jwtVerify, SignJWT } from 'jose'
import * as oauth from 'oauth4webapi'
import { afterAll, beforeAll, expect, test } from 'vitest'
import {
  type AppStage,
  accessTokenType,
  basic,
  idTokenType,
  startAppStage,
  tokenExchange,
} from '../../support/app-stage.ts'

let stage: AppStage
let url: string

beforeAll(async () => {
  stage = await startAppStage()
  url = stage.baton.url
})
afterAll(() => stage?.close())

async function expectError(response: Response, status: number, error: string): Promise<void> {
  const body = await response.json()
  expect({ status: response.status, body }).toMatchObject({ status, body: { error } })
  expect(response.headers.get('cache-control')).toBe('no-store')
  expect(JSON.stringify(body)).not.toMatch(/eyJ/)
}

test('a strict client of the standards exchanges an ID token for a web nonce, that for a JWT, and revokes it', async () => {
  const issuer = new URL(`${url}/oidc`)
  const options = { [oauth.allowInsecureRequests]: true } as const
  const server = await oauth.processDiscoveryResponse(issuer, await oauth.discoveryRequest(issuer, options))
  expect(server.grant_types_supported).toContain(tokenExchange)
  const client: oauth.Client = { client_id: 'app' }
  const grant = async (form: Record<string, string>) =>
    oauth.processGenericTokenEndpointResponse(
      server,
      client,
      await oauth.genericTokenEndpointRequest(
        server,
        client,
        oauth.None(),
        tokenExchange,
        new URLSearchParams(form),
        options,
      ),
    )
  const handle = await grant({
    subject_token: await stage.issuer.idToken(url),
    subject_token_type: idTokenType,
  })
  expect(handle).toMatchObject({ issued_token_type: accessTokenType, token_type: 'bearer', expires_in: 1800 })
  expect(handle.access_token).toMatch(/^[\w-]{43}$/)

  const resource = stage.partners.backendUrl
  const token = await grant({
    subject_token: handle.access_token,
    subject_token_type: accessTokenType,
    resource,
  })
  expect(token).toMatchObject({ issued_token_type: accessTokenType, token_type: 'bearer', expires_in: 300 })
  const keys = createRemoteJWKSet(new URL(server.jwks_uri ?? ''))
  const { payload } = await jwtVerify(token.access_token, keys, {
    issuer: `${url}/oidc`,
    audience: resource,
    typ: 'at+jwt',
    algorithms: ['RS256'],
  })
  expect(payload).toMatchObject({ client_id: 'app', sid: expect.any(String), sub: expect.any(String) })
  expect((payload.exp ?? 0) - (payload.iat ?? 0)).toBe(300)

  const revoked = await oauth.revocationRequest(server, client, oauth.None(), handle.access_token, options)
  expect(await oauth.processRevocationResponse(revoked)).toBeUndefined()
  await expect(
    grant({ subject_token: handle.access_token, subject_token_type: accessTokenType, resource }),
  ).rejects.toMatchObject({ error: 'invalid_request' })
})

test('the JWT is taken by the backend, and says whose session it is', async () => {
  const webNonce = await stage.webNonce()
  const session = await (await stage.introspect(webNonce)).json()
  const form = {
    subject_token: webNonce,
    subject_token_type: accessTokenType,
    resource: stage.partners.backendUrl,
  }
  const { access_token } = (await (await stage.exchange(form)).json()) as { access_token: string }
  const { sid, sub } = session as { sid: string; sub: string }
  expect(decodeJwt(access_token)).toMatchObject({ sid, sub })
  expect(decodeProtectedHeader(access_token).typ).toBe('at+jwt')
  const answer = await fetch(`${stage.partners.backendUrl}/api/authenticated/greeting`, {
    headers: { authorization: `Bearer ${access_token}` },
  })
  expect(answer.status).toBe(200)
})

test('the person is the same whether they came by app or by browser', async () => {
  const phone = await stage.phone()
  const person = await stage.signedIn()
  const { sub } = (await (await stage.introspect(await phone.getWebNonce())).json()) as { sub: string }
  expect(sub).toBe((await person.session())?.user.id)
})

test('a repeated ID token replaces its web nonce, with all that came of it: two never live side by side', async () => {
  const idToken = await stage.issuer.idToken(url)
  const first = await stage.webNonce(idToken)
  const { sid } = (await (await stage.introspect(first)).json()) as { sid: string }
  const second = await stage.webNonce(idToken)
  expect(await (await stage.introspect(first)).json()).toEqual({ active: false })
  expect(await (await stage.introspect(second)).json()).toMatchObject({ active: true })
  expect(((await (await stage.introspect(second)).json()) as { sid: string }).sid).not.toBe(sid)
})

test('of 20 parallel exchanges of one ID token one web nonce is left, were the signature written in another way', async () => {
  const idToken = await stage.issuer.idToken(url)
  const nonces = await Promise.all(Array.from({ length: 20 }, () => stage.webNonce(idToken)))
  const alive = await Promise.all(
    nonces.map(async (nonce) => (await (await stage.introspect(nonce)).json()) as { active: boolean }),
  )
  expect(alive.filter(({ active }) => active)).toHaveLength(1)
  // ES256 has two signatures for each: s and its negative.
  const [head, body, signature = ''] = idToken.split('.')
  const order = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n
  const bytes = Buffer.from(signature, 'base64url')
  const s = order - BigInt(`0x${bytes.subarray(32).toString('hex')}`)
  const other = Buffer.concat([bytes.subarray(0, 32), Buffer.from(s.toString(16).padStart(64, '0'), 'hex')])
  const again = await stage.webNonce(`${head}.${body}.${other.toString('base64url')}`)
  const living = await Promise.all(
    [...nonces, again].map(
      async (nonce) => (await (await stage.introspect(nonce)).json()) as { active: boolean },
    ),
  )
  expect(living.map(({ active }) => active)).toEqual([...Array(20).fill(false), true])
})

test.each<[string, (url: string) => Record<string, unknown>]>([
  ['the token endpoint', (url) => ({ aud: [`${url}/oidc/token`], azp: undefined })],
  ['the issuer', (url) => ({ aud: `${url}/oidc`, azp: undefined })],
  ['a listed client alone', () => ({ aud: 'app', azp: undefined })],
  [
    'a listed client and the token endpoint',
    (url) => ({ aud: ['app', `${url}/oidc/token`], azp: undefined }),
  ],
  ['a listed client and the nonce endpoint', (url) => ({ aud: ['app', `${url}/api/nonce`], azp: undefined })],
])('an ID token whose aud names %s is taken', async (_, claims) => {
  expect(await stage.webNonce(await stage.issuer.idToken(url, claims(url)))).toMatch(/^[\w-]{43}$/)
})

test.each<[string, (url: string) => Record<string, unknown>, object?]>([
  ['another client', () => ({ aud: 'other', azp: undefined })],
  ['the nonce endpoint alone', (url) => ({ aud: `${url}/api/nonce`, azp: undefined })],
  ['a listed client of another app', () => ({ aud: 'demo-phone', azp: undefined })],
  ['several clients and no azp', () => ({ aud: ['app', 'other'], azp: undefined })],
  ['an azp that is not in aud', () => ({ aud: ['app'], azp: 'demo-phone' })],
  ['an issuer that is not trusted', () => ({ iss: 'https://evil.example.org' })],
  ['the past', () => ({ exp: Math.floor(Date.now() / 1000) - 60 })],
  ['long ago', () => ({ iat: Math.floor(Date.now() / 1000) - 7200 })],
  ['nobody', () => ({ sub: undefined })],
  ['another type', () => ({}), { typ: 'at+jwt' }],
])('an ID token of or for %s is refused', async (_, claims, header = {}) => {
  const subject_token = await stage.issuer.idToken(url, claims(url), header)
  await expectError(
    await stage.exchange({ subject_token, subject_token_type: idTokenType }),
    400,
    'invalid_request',
  )
})

test('a forged ID token is refused, as is what is none', async () => {
  const good = await stage.issuer.idToken(url)
  const [head, body] = good.split('.')
  const none = Buffer.from('{"alg":"none"}').toString('base64url')
  const hmac = await new SignJWT(decodeJwt(good))
    .setProtectedHeader({ alg: 'HS256' })
    .sign(Buffer.from('x'.repeat(32)))
  for (const subject_token of [
    `${good.slice(0, -4)}AAAA`,
    `${head}.${body}.`,
    `${none}.${body}.`,
    hmac,
    'x',
    'a.b.c',
  ])
    await expectError(
      await stage.exchange({ subject_token, subject_token_type: idTokenType }),
      400,
      'invalid_request',
    )
})

test.each<[string, Record<string, string>, string]>([
  ['no subject token', { subject_token_type: idTokenType }, 'invalid_request'],
  ['no type', { subject_token: 'x' }, 'invalid_request'],
  [
    'a type that is not taken',
    { subject_token: 'x', subject_token_type: 'urn:ietf:params:oauth:token-type:saml2' },
    'invalid_request',
  ],
  ['a word of the language', { subject_token: 'abc', subject_token_type: 'constructor' }, 'invalid_request'],
  ['an actor', { subject_token: 'x', subject_token_type: idTokenType, actor_token: 'x' }, 'invalid_request'],
  [
    'another type to be issued',
    { subject_token: 'x', subject_token_type: idTokenType, requested_token_type: idTokenType },
    'invalid_request',
  ],
  [
    'a resource for a web nonce',
    { subject_token: 'x', subject_token_type: idTokenType, resource: 'urn:x' },
    'invalid_target',
  ],
])('a request that makes no sense is refused: %s', async (_, form, error) => {
  await expectError(await stage.exchange(form), 400, error)
})

test('a web nonce is exchanged for one known resource, by its own client alone', async () => {
  const subject_token = await stage.webNonce()
  const form = { subject_token, subject_token_type: accessTokenType }
  const resource = stage.partners.backendUrl
  await expectError(await stage.exchange(form), 400, 'invalid_target')
  await expectError(
    await stage.exchange({ ...form, resource: 'https://nowhere.example.org' }),
    400,
    'invalid_target',
  )
  await expectError(
    await stage.exchange({ ...form, resource, client_id: 'demo-phone' }),
    400,
    'invalid_request',
  )
  await expectError(
    await stage.exchange({ ...form, subject_token: 'x'.repeat(43), resource }),
    400,
    'invalid_request',
  )
  const twice = new URLSearchParams({ ...form, grant_type: tokenExchange, client_id: 'app' })
  twice.append('resource', resource)
  twice.append('resource', resource)
  const repeated = await fetch(`${url}/oidc/token`, { method: 'POST', body: twice })
  await expectError(repeated, 400, 'invalid_request')
  expect((await stage.exchange({ ...form, resource })).status).toBe(200)
})

test('a client that is no app, or is not known, exchanges nothing', async () => {
  const subject_token = await stage.issuer.idToken(url)
  const form = { grant_type: tokenExchange, subject_token, subject_token_type: idTokenType }
  const asWeb = await stage.post('/oidc/token', form, { authorization: basic('web', 'secret+of+web') })
  // So the library says it; RFC 6749 would have `unauthorized_client`.
  await expectError(asWeb, 400, 'invalid_request')
  await expectError(await stage.exchange({ ...form, client_id: 'nobody' }), 401, 'invalid_client')
})

test('why a subject token was refused is in the log, and nothing of the token', async () => {
  const subject_token = await stage.issuer.idToken(url, { aud: 'demo-phone', azp: undefined })
  await stage.exchange({ subject_token, subject_token_type: idTokenType })
  expect(stage.baton.log()).toContain('its aud names neither this server nor a listed client')
  expect(stage.baton.log()).not.toContain(subject_token.split('.')[1])
})

test('nothing of a web nonce or its ID token is in the database or the log in the clear', async () => {
  const idToken = await stage.issuer.idToken(url)
  const webNonce = await stage.webNonce(idToken)
  await stage.call(webNonce)
  const rows = await stage.sql<{ row: string }>(
    'SELECT to_jsonb(t)::text AS row FROM sessions t UNION ALL SELECT to_jsonb(t)::text FROM oidc_records t',
  )
  const text = [...rows.map(({ row }) => row), stage.baton.log()].join('\n')
  for (const secret of [webNonce, idToken, idToken.split('.')[2] as string])
    expect(text).not.toContain(secret)
})
