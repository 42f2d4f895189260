import { createRemoteJWKSet, decodeJwt, decodeProtectedHeader, jwtVerify, SignJWT } from 'jose'
import * as oauth from 'oauth4webapi'
import { expect } from 'vitest'
import { accessTokenType, basic, idTokenType, test, tokenExchange } from '../../support/test-apps.ts'

async function expectError(response: Response, status: number, error: string): Promise<void> {
  const body = await response.json()
  expect({ status: response.status, body }).toMatchObject({ status, body: { error } })
  expect(response.headers.get('cache-control')).toBe('no-store')
  expect(JSON.stringify(body)).not.toMatch(/eyJ/)
}

test('a strict OAuth client exchanges an ID token for a web nonce and a JWT, and revokes it', async ({
  baton,
  partners,
  issuer,
}) => {
  const at = new URL(`${baton.url}/oidc`)
  const options = { [oauth.allowInsecureRequests]: true } as const
  const server = await oauth.processDiscoveryResponse(at, await oauth.discoveryRequest(at, options))
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
    subject_token: await issuer.idToken(baton.url),
    subject_token_type: idTokenType,
  })
  expect(handle).toMatchObject({ issued_token_type: accessTokenType, token_type: 'bearer', expires_in: 1800 })
  expect(handle.access_token).toMatch(/^[\w-]{43}$/)

  const resource = partners.backendUrl
  const token = await grant({
    subject_token: handle.access_token,
    subject_token_type: accessTokenType,
    resource,
  })
  expect(token).toMatchObject({ issued_token_type: accessTokenType, token_type: 'bearer', expires_in: 300 })
  const keys = createRemoteJWKSet(new URL(server.jwks_uri ?? ''))
  const { payload } = await jwtVerify(token.access_token, keys, {
    issuer: `${baton.url}/oidc`,
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

test('the JWT is taken by the backend, and says whose session it is', async ({ app, partners }) => {
  const webNonce = await app.webNonce()
  const session = await (await app.introspect(webNonce)).json()
  const form = {
    subject_token: webNonce,
    subject_token_type: accessTokenType,
    resource: partners.backendUrl,
  }
  const { access_token } = (await (await app.exchange(form)).json()) as { access_token: string }
  const { sid, sub } = session as { sid: string; sub: string }
  expect(decodeJwt(access_token)).toMatchObject({ sid, sub })
  expect(decodeProtectedHeader(access_token).typ).toBe('at+jwt')
  const answer = await fetch(`${partners.backendUrl}/api/authenticated/greeting`, {
    headers: { authorization: `Bearer ${access_token}` },
  })
  expect(answer.status).toBe(200)
})

test('the person is the same whether they came by app or by browser', async ({ app, signedIn }) => {
  const phone = await app.phone()
  const person = await signedIn()
  const { sub } = (await (await app.introspect(await phone.getWebNonce())).json()) as { sub: string }
  expect(sub).toBe((await person.session())?.user.id)
})

test('an ID token that is sent again replaces its web nonce and everything issued for it', async ({
  issuer,
  baton,
  app,
}) => {
  const idToken = await issuer.idToken(baton.url)
  const first = await app.webNonce(idToken)
  const { sid } = (await (await app.introspect(first)).json()) as { sid: string }
  const second = await app.webNonce(idToken)
  expect(await (await app.introspect(first)).json()).toEqual({ active: false })
  expect(await (await app.introspect(second)).json()).toMatchObject({ active: true })
  expect(((await (await app.introspect(second)).json()) as { sid: string }).sid).not.toBe(sid)
})

test('20 parallel exchanges of one ID token leave one web nonce, even with the other signature', async ({
  issuer,
  baton,
  app,
}) => {
  const idToken = await issuer.idToken(baton.url)
  const nonces = await Promise.all(Array.from({ length: 20 }, () => app.webNonce(idToken)))
  const alive = await Promise.all(
    nonces.map(async (nonce) => (await (await app.introspect(nonce)).json()) as { active: boolean }),
  )
  expect(alive.filter(({ active }) => active)).toHaveLength(1)
  // ES256 has two signatures for each: s and its negative.
  const [head, body, signature = ''] = idToken.split('.')
  const order = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n
  const bytes = Buffer.from(signature, 'base64url')
  const s = order - BigInt(`0x${bytes.subarray(32).toString('hex')}`)
  const other = Buffer.concat([bytes.subarray(0, 32), Buffer.from(s.toString(16).padStart(64, '0'), 'hex')])
  const again = await app.webNonce(`${head}.${body}.${other.toString('base64url')}`)
  const living = await Promise.all(
    [...nonces, again].map(
      async (nonce) => (await (await app.introspect(nonce)).json()) as { active: boolean },
    ),
  )
  expect(living.map(({ active }) => active)).toEqual([...Array(20).fill(false), true])
})

test.for<[string, (url: string) => Record<string, unknown>]>([
  ['the token endpoint', (url) => ({ aud: [`${url}/oidc/token`], azp: undefined })],
  ['the issuer', (url) => ({ aud: `${url}/oidc`, azp: undefined })],
  ['a listed client alone', () => ({ aud: 'app', azp: undefined })],
  [
    'a listed client and the token endpoint',
    (url) => ({ aud: ['app', `${url}/oidc/token`], azp: undefined }),
  ],
  ['a listed client and the nonce endpoint', (url) => ({ aud: ['app', `${url}/api/nonce`], azp: undefined })],
])('an ID token whose aud names %s is taken', async ([, claims], { app, issuer, baton }) => {
  expect(await app.webNonce(await issuer.idToken(baton.url, claims(baton.url)))).toMatch(/^[\w-]{43}$/)
})

test.for<[string, (url: string) => Record<string, unknown>, object?]>([
  ['another client', () => ({ aud: 'other', azp: undefined })],
  ['the nonce endpoint alone', (url) => ({ aud: `${url}/api/nonce`, azp: undefined })],
  ['a listed client of another app', () => ({ aud: 'demo-phone', azp: undefined })],
  ['several listed clients and no azp', () => ({ aud: ['app', 'sister-app'], azp: undefined })],
  ['an azp of another app', () => ({ aud: ['app'], azp: 'demo-phone' })],
  ['an access token', () => ({ aud: 'app', azp: undefined, client_id: 'app', scope: 'openid', jti: 'j' })],
  ['an issuer that is not trusted', () => ({ iss: 'https://evil.example.org' })],
  ['the past', () => ({ exp: Math.floor(Date.now() / 1000) - 60 })],
  ['long ago', () => ({ iat: Math.floor(Date.now() / 1000) - 7200 })],
  ['nobody', () => ({ sub: undefined })],
  ['another type', () => ({}), { typ: 'at+jwt' }],
])('an ID token of or for %s is refused', async ([, claims, header = {}], { issuer, baton, app }) => {
  const subject_token = await issuer.idToken(baton.url, claims(baton.url), header)
  await expectError(
    await app.exchange({ subject_token, subject_token_type: idTokenType }),
    400,
    'invalid_request',
  )
})

test('a forged ID token is refused, and so is anything that is not an ID token', async ({
  issuer,
  baton,
  app,
}) => {
  const good = await issuer.idToken(baton.url)
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
      await app.exchange({ subject_token, subject_token_type: idTokenType }),
      400,
      'invalid_request',
    )
})

test.for<[string, Record<string, string>, string]>([
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
])('a request that makes no sense is refused: %s', async ([, form, error], { app }) => {
  await expectError(await app.exchange(form), 400, error)
})

test('a web nonce is exchanged for one known resource, by its own client alone', async ({
  app,
  partners,
  baton,
}) => {
  const subject_token = await app.webNonce()
  const form = { subject_token, subject_token_type: accessTokenType }
  const resource = partners.backendUrl
  await expectError(await app.exchange(form), 400, 'invalid_target')
  await expectError(
    await app.exchange({ ...form, resource: 'https://nowhere.example.org' }),
    400,
    'invalid_target',
  )
  await expectError(
    await app.exchange({ ...form, resource, client_id: 'demo-phone' }),
    400,
    'invalid_request',
  )
  await expectError(
    await app.exchange({ ...form, subject_token: 'x'.repeat(43), resource }),
    400,
    'invalid_request',
  )
  const twice = new URLSearchParams({ ...form, grant_type: tokenExchange, client_id: 'app' })
  twice.append('resource', resource)
  twice.append('resource', resource)
  const repeated = await fetch(`${baton.url}/oidc/token`, { method: 'POST', body: twice })
  await expectError(repeated, 400, 'invalid_request')
  expect((await app.exchange({ ...form, resource })).status).toBe(200)
})

test('a client that is no app, or is not known, exchanges nothing', async ({ issuer, baton, app }) => {
  const subject_token = await issuer.idToken(baton.url)
  const form = { grant_type: tokenExchange, subject_token, subject_token_type: idTokenType }
  const asWeb = await app.post('/oidc/token', form, { authorization: basic('web', 'the+secret+of+web') })
  await expectError(asWeb, 400, 'unauthorized_client')
  await expectError(await app.exchange({ ...form, client_id: 'nobody' }), 401, 'invalid_client')
})

test('why a subject token was refused is in the log, and nothing of the token', async ({
  issuer,
  baton,
  app,
}) => {
  const subject_token = await issuer.idToken(baton.url, { aud: 'demo-phone', azp: undefined })
  const before = baton.log().length
  await app.exchange({ subject_token, subject_token_type: idTokenType })
  await expect
    .poll(() => baton.log().slice(before))
    .toContain('its aud names neither this server nor a listed client')
  expect(baton.log()).not.toContain(subject_token.split('.')[1])
})

test('nothing of a web nonce or its ID token is in the database or the log in the clear', async ({
  issuer,
  baton,
  app,
  sql,
}) => {
  const idToken = await issuer.idToken(baton.url)
  const webNonce = await app.webNonce(idToken)
  await app.call(webNonce)
  const rows = await sql<{ row: string }>(
    'SELECT to_jsonb(t)::text AS row FROM sessions t UNION ALL SELECT to_jsonb(t)::text FROM oidc_records t',
  )
  const text = [...rows.map(({ row }) => row), baton.log()].join('\n')
  for (const secret of [webNonce, idToken, idToken.split('.')[2] as string])
    expect(text).not.toContain(secret)
})
