import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type Faulty, startFaultyServers, webNonce } from './support/faulty-servers.ts'
import { type NativeApp, startNativeApp } from './support/native-app.ts'

// The app against an identity provider and a Baton that do not do what they should.
let app: NativeApp
let servers: Faulty
let options: Record<string, string>

beforeAll(async () => {
  app = await startNativeApp()
})

afterAll(() => app?.stop())

beforeEach(async () => {
  servers = await startFaultyServers()
  options = {
    batonUrl: servers.origin,
    issuer: servers.origin,
    clientId: 'demo-phone',
    redirectUri: 'org.example.baton:/callback',
    scope: 'openid profile',
  }
  await app.ask({ do: 'create', ...options, storage: 'new', key: 'none' })
})

afterEach(() => servers.stop())

test('a sign-in has state, nonce and an S256 challenge, new ones each time', async () => {
  const [first, second] = [await begin(), await begin()]
  expect(Object.fromEntries(first.searchParams)).toEqual({
    response_type: 'code',
    client_id: 'demo-phone',
    redirect_uri: options.redirectUri,
    scope: options.scope,
    state: expect.stringMatching(/^[\w-]{43}$/),
    nonce: expect.stringMatching(/^[\w-]{43}$/),
    code_challenge: expect.stringMatching(/^[\w-]{43}$/),
    code_challenge_method: 'S256',
  })
  for (const name of ['state', 'nonce', 'code_challenge'])
    expect(first.searchParams.get(name)).not.toBe(second.searchParams.get(name))
})

test('a callback with what the app waits for signs in, once', async () => {
  const callbackUrl = callback(await begin())
  expect(await app.ask({ do: 'finishSignIn', callbackUrl })).toEqual({ name: 'Somebody' })
  expect(sent('/token')).toMatchObject([{ grant_type: 'authorization_code', code: 'a-code' }])
  expect(sent('/oidc/token')).toMatchObject([{ client_id: 'demo-phone' }])
  expect(await app.ask({ do: 'finishSignIn', callbackUrl })).toMatchObject(thrown('state_mismatch'))
})

test.each([
  ['with another state', { state: 'another' }],
  ['without state', { state: undefined }],
])('a callback %s is ignored, and the sign-in goes on', async (_, changed) => {
  const url = await begin()
  const wrong = await app.ask({ do: 'finishSignIn', callbackUrl: callback(url, changed) })
  expect(wrong).toMatchObject(thrown('state_mismatch'))
  const twice = `${callback(url)}&state=another`
  expect(await app.ask({ do: 'finishSignIn', callbackUrl: twice })).toMatchObject(thrown('state_mismatch'))
  expect(sent('/token')).toEqual([])
  expect(await app.ask({ do: 'finishSignIn', callbackUrl: callback(url) })).toEqual({ name: 'Somebody' })
})

test.each([
  ['of another issuer', { iss: 'https://other.example' }],
  ['without iss, where the identity provider announces it', { iss: undefined }],
])('a callback %s gets no code exchanged', async (_, changed) => {
  const callbackUrl = callback(await begin(), changed)
  expect(await app.ask({ do: 'finishSignIn', callbackUrl })).toMatchObject(thrown('sign_in_failed'))
  expect(sent('/token')).toEqual([])
})

test('what the identity provider refuses is sign_in_failed with its reason', async () => {
  const refused = callback(await begin(), { code: undefined, error: 'access_denied' })
  const answer = { code: 'sign_in_failed', error: 'access_denied' }
  expect(await app.ask({ do: 'finishSignIn', callbackUrl: refused })).toMatchObject({ threw: answer })
  servers.changed.answers['/token'] = [{ status: 400, body: { error: 'invalid_grant' } }]
  expect(await signIn()).toMatchObject({
    threw: { code: 'sign_in_failed', error: 'invalid_grant', status: 400 },
  })
})

describe('an ID token', () => {
  const now = Math.floor(Date.now() / 1000)
  test.each([
    ['with another nonce', { nonce: 'another' }],
    ['without nonce', { nonce: undefined }],
    ['of another issuer', { iss: 'https://other.example' }],
    ['for another client', { aud: 'other' }],
    ['for several clients without azp', { aud: ['demo-phone', 'other'] }],
    ['for another azp', { aud: ['demo-phone', 'other'], azp: 'other' }],
    ['without subject', { sub: '' }],
    ['that has expired', { exp: now - 200 }],
    ['without exp', { exp: undefined }],
    ['from the future', { iat: now + 300 }],
    ['without iat', { iat: undefined }],
    ['with a time that is text', { exp: String(now + 60) }],
  ])('%s is refused, and Baton never sees it', async (_, claims) => {
    expect(await signIn(claims)).toMatchObject(thrown('id_token_invalid'))
    expect(sent('/oidc/token')).toEqual([])
    expect(await app.ask({ do: 'isSignedIn' })).toEqual({ isSignedIn: false })
  })

  test.each([{ alg: 'none' }, { alg: undefined }])('with the header %j is refused', async (header) => {
    servers.changed.header = header
    expect(await signIn()).toMatchObject(thrown('id_token_invalid'))
  })

  test('with azp and several audiences is taken', async () => {
    expect(await signIn({ aud: ['other', 'demo-phone'], azp: 'demo-phone' })).toEqual({ name: 'Somebody' })
  })
})

test.each([
  ['batonUrl', 'http://baton.example'],
  ['batonUrl', 'http://127.0.0.1.example'],
  ['batonUrl', 'https://person@baton.example'],
  ['batonUrl', 'https://baton.example/path'],
  ['issuer', 'http://login.example'],
  ['scope', 'profile'],
  ['clientId', ''],
])('%s may not be %s', async (name, value) => {
  expect(await app.ask({ do: 'create', ...options, [name]: value })).toMatchObject(thrown('invalid_argument'))
})

test.each(['http://app.example/callback', 'callback', 'org.example.baton:/a#b', 'org.example.baton:/a b'])(
  'a redirect URI may not be %s',
  async (redirectUri) => {
    expect(await app.ask({ do: 'beginSignIn', redirectUri })).toMatchObject(thrown('invalid_argument'))
  },
)

test.each([
  ['is for another issuer', { issuer: 'https://other.example' }],
  ['has an endpoint over plain http', { token_endpoint: 'http://login.example/token' }],
  ['has PKCE without S256', { code_challenge_methods_supported: ['plain'] }],
])('metadata that %s is refused', async (_, metadata) => {
  servers.changed.metadata = metadata
  const { redirectUri } = options
  expect(await app.ask({ do: 'beginSignIn', redirectUri })).toMatchObject(thrown('unsupported_response'))
})

test('redirects are not followed', async () => {
  const elsewhere = { status: 307, headers: { Location: `${servers.origin}/elsewhere` } }
  servers.changed.answers['/token'] = [elsewhere]
  expect(await signIn()).toMatchObject(thrown('unsupported_response'))
  await signIn()
  servers.changed.answers['/api/token'] = [elsewhere]
  expect(await app.ask({ do: 'getToken' })).toMatchObject(thrown('unsupported_response'))
  servers.changed.answers['/api/backends/a/b'] = [elsewhere]
  const order = { do: 'fetch', method: 'POST', path: '/api/backends/a/b', body: 'text' }
  expect(await app.ask(order)).toMatchObject({ status: 307 })
  expect(sent('/elsewhere')).toEqual([])
})

test.each([
  '/oidc/userinfo',
  '/api/backends/../../oidc/userinfo',
  '/api/backends/a/%2e%2e/%2E./b',
  '/api/backends/a/..',
  '0/api/backends/a',
  '@other.example/api/backends/a',
  '.other.example/api/backends/a',
  'https://other.example/api/backends/a',
  '/api/backends/a#b',
  '/api/backends/a b',
])('the web nonce is not sent to %s', async (path) => {
  await signIn()
  const before = servers.asked.length
  expect(await app.ask({ do: 'fetch', method: 'GET', path })).toMatchObject(thrown('invalid_argument'))
  expect(servers.asked).toHaveLength(before)
})

test.each(['https://other.example/handoff?nonce=n', 'javascript:alert(1)', 'relative'])(
  'a verifier is not attached to %s',
  async (uri) => {
    await signIn()
    const body = { nonce: 'n', expires_in: 30, handoff_uri: uri }
    servers.changed.answers['/api/nonce'] = [{ status: 200, body }]
    expect(await app.ask({ do: 'handOff' })).toMatchObject(thrown('unsupported_response'))
  },
)

test.each([
  ['a page', { status: 200, headers: { 'Content-Type': 'text/html' }, body: '<p>' }],
  ['no JSON', { status: 200, body: '{' }],
  ['a token of another scheme', { status: 200, body: { ...webNonce, token_type: 'mac' } }],
  ['another kind of token', { status: 200, body: { ...webNonce, issued_token_type: 'urn:example' } }],
  ['a token that no header can hold', { status: 200, body: { ...webNonce, access_token: 'a\nb' } }],
  ['too much', { status: 200, body: { access_token: 'a'.repeat(300_000) } }],
])('%s in place of a web nonce is refused', async (_, answer) => {
  servers.changed.answers['/oidc/token'] = [answer]
  expect(await signIn()).toMatchObject(thrown('unsupported_response'))
})

test('a web nonce that cannot be kept is revoked', async () => {
  await app.ask({ do: 'create', ...options, storage: 'new' })
  const url = await begin()
  // The sign-in is in the storage: it breaks when the web nonce comes.
  await app.ask({ do: 'breakStorage', no: 'keep' })
  const answer = await app.ask({ do: 'finishSignIn', callbackUrl: callback(url) })
  expect(answer).toMatchObject(thrown('storage'))
  expect(sent('/oidc/revoke')).toMatchObject([{ token: 'a-web-nonce' }])
})

test('a web nonce that is replaced is revoked', async () => {
  await signIn()
  const body = { ...webNonce, access_token: 'newer' }
  servers.changed.answers['/oidc/token'] = [{ status: 200, body }]
  await signIn()
  expect(sent('/oidc/revoke')).toMatchObject([{ token: 'a-web-nonce' }])
  expect(await app.ask({ do: 'getWebNonce' })).toEqual({ webNonce: 'newer' })
})

test('a session in the storage is not sent to another Baton', async () => {
  await signIn()
  await app.ask({ do: 'create', ...options, batonUrl: servers.origin.replace('127.0.0.1', 'localhost') })
  expect(await app.ask({ do: 'getToken' })).toMatchObject(thrown('signed_out'))
})

test('where Baton cannot be told, the person is signed out here, and the app learns of it', async () => {
  await signIn()
  servers.changed.answers['/oidc/revoke'] = [{ status: 503, body: { error: 'temporarily_unavailable' } }]
  expect(await app.ask({ do: 'signOut' })).toMatchObject(thrown('not_revoked'))
  expect(await app.ask({ do: 'isSignedIn' })).toEqual({ isSignedIn: false })
})

test('where the storage cannot forget it, the session has ended at Baton all the same', async () => {
  await signIn()
  await app.ask({ do: 'breakStorage', no: 'forget' })
  expect(await app.ask({ do: 'signOut' })).toMatchObject(thrown('storage'))
  expect(sent('/oidc/revoke')).toMatchObject([{ token: 'a-web-nonce' }])
})

test('a sign-out forgets a session that cannot be read, and says so', async () => {
  await signIn()
  await app.ask({ do: 'breakStorage', unreadable: 'baton.session' })
  expect(await app.ask({ do: 'isSignedIn' })).toMatchObject(thrown('storage'))
  expect(await app.ask({ do: 'signOut' })).toMatchObject(thrown('storage'))
  expect(await app.ask({ do: 'isSignedIn' })).toEqual({ isSignedIn: false })
})

test('a session that cannot be read is replaced by the next sign-in', async () => {
  await signIn()
  await app.ask({ do: 'breakStorage', unreadable: 'baton.session' })
  expect(await signIn()).toEqual({ name: 'Somebody' })
  expect(await app.ask({ do: 'getWebNonce' })).toEqual({ webNonce: 'a-web-nonce' })
})

test.each(['GET', 'HEAD'])('%s with a body is not sent, and not as another method either', async (method) => {
  await signIn()
  const order = { do: 'fetch', method, path: '/api/backends/a', body: 'a body' }
  expect(await app.ask(order)).toMatchObject(thrown('invalid_argument'))
  expect(sent('/api/backends/a')).toEqual([])
})

test('a 401 of the token service or of a backend signs nobody out', async () => {
  await signIn()
  const challenge = { 'WWW-Authenticate': 'Bearer error="invalid_token"' }
  const ofBackend = { ...challenge, 'Content-Security-Policy': "sandbox; default-src 'none'" }
  servers.changed.answers['/api/backends/a'] = [{ status: 401, headers: ofBackend, body: 'no' }]
  servers.changed.answers['/api/token'] = [{ status: 401, body: { error: 'invalid_token' } }]
  const order = { do: 'fetch', method: 'GET', path: '/api/backends/a' }
  expect(await app.ask(order)).toEqual({ status: 401, body: 'no' })
  expect(await app.ask({ do: 'getToken' })).toMatchObject({ status: 401 })
  expect(await app.ask({ do: 'isSignedIn' })).toEqual({ isSignedIn: true })
})

test('where Baton wants a newer nonce in a proof, the request is sent once more, not twice', async () => {
  await app.ask({ do: 'create', ...options, storage: 'new', key: 'new' })
  const wants = (nonce: string) => ({
    status: 400,
    headers: { 'DPoP-Nonce': nonce },
    body: { error: 'use_dpop_nonce' },
  })
  const bound = { ...webNonce, token_type: 'DPoP' }
  servers.changed.answers['/oidc/token'] = [wants('first'), { status: 200, body: bound }]
  expect(await signIn()).toEqual({ name: 'Somebody' })
  expect(nonces('/oidc/token')).toEqual([undefined, 'first'])

  servers.changed.answers['/oidc/token'] = [wants('second'), wants('third')]
  expect(await signIn()).toMatchObject({ threw: { code: 'refused', error: 'use_dpop_nonce' } })
  expect(nonces('/oidc/token')).toEqual([undefined, 'first', 'first', 'second'])
})

test('a bearer token is refused where the app has a key', async () => {
  await app.ask({ do: 'create', ...options, storage: 'new', key: 'new' })
  expect(await signIn()).toMatchObject(thrown('unsupported_response'))
})

test('no error has a secret in its text', async () => {
  const secrets = ['a-code', 'a-web-nonce', 'a-secret-'.repeat(5)]
  const body = { error: 'invalid_request', error_description: `bad: ${secrets[2]}` }
  await signIn()
  servers.changed.answers['/api/nonce'] = [{ status: 400, body }]
  const errors = [await app.ask({ do: 'handOff' })]
  servers.changed.answers['/token'] = [{ status: 400, body }]
  errors.push(
    await signIn(),
    await app.ask({ do: 'finishSignIn', callbackUrl: 'x:/?code=a-code&code=a-code' }),
  )
  const value = 'a-secret-'.repeat(5)
  errors.push(
    await app.ask({ do: 'fetch', method: 'GET', path: '/api/backends/a', header: 'x', value: `${value}\n` }),
  )
  const { origin } = servers
  await servers.stop()
  errors.push(await app.ask({ do: 'getToken' }))
  servers = await startFaultyServers()
  expect(errors.map(({ threw }) => threw.code)).toEqual([
    'refused',
    'sign_in_failed',
    'state_mismatch',
    'invalid_argument',
    'network',
  ])
  for (const secret of secrets) expect(JSON.stringify(errors)).not.toContain(secret)
  expect(errors.at(-1)?.threw.text).toContain(new URL(origin).hostname)
})

/** Begins a sign-in whose ID token has these claims in place of the right ones. */
async function begin(claims: Record<string, unknown> = {}): Promise<URL> {
  const url = new URL((await app.ask({ do: 'beginSignIn', redirectUri: options.redirectUri })).url)
  servers.changed.claims = { nonce: url.searchParams.get('nonce'), ...claims }
  return url
}

/** The callback that the identity provider would send the browser to. */
function callback({ searchParams }: URL, changed: Record<string, string | undefined> = {}): string {
  const right = { state: searchParams.get('state') ?? '', iss: servers.origin, code: 'a-code' }
  const defined = Object.entries({ ...right, ...changed }).filter(([, value]) => value !== undefined)
  return `${options.redirectUri}?${new URLSearchParams(defined as [string, string][])}`
}

async function signIn(claims: Record<string, unknown> = {}) {
  return app.ask({ do: 'finishSignIn', callbackUrl: callback(await begin(claims)) })
}

function sent(path: string): unknown[] {
  return servers.asked.filter((request) => request.path === path).map(({ form }) => Object.fromEntries(form))
}

function nonces(path: string): unknown[] {
  const proofs = servers.asked.filter((request) => request.path === path).map(({ headers }) => headers.dpop)
  return proofs.map(
    (proof) => JSON.parse(Buffer.from(String(proof).split('.')[1] ?? '', 'base64url').toString()).nonce,
  )
}

function thrown(code: string) {
  return { threw: { code } }
}
