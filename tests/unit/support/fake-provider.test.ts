import { createHash, randomUUID } from 'node:crypto'
import { generateKeyPair, type JWTPayload, SignJWT } from 'jose'
import { test as base, expect } from 'vitest'
import type { Habits } from '../../support/servers/fake-provider/habits.ts'
import { startFakeProvider } from '../../support/servers/fake-provider.ts'

const redirectUri = 'http://localhost:3000/api/auth/callback/p'
const assertionType = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'
const basic = { authorization: `Basic ${btoa('baton:secret+of+baton')}` }
const post = { client_id: 'baton', client_secret: 'secret of baton' }

/** Tests that the fake provider is no more lenient than real ones: a test that it passes means something. */
const test = base.extend('start', ({ task: _ }, { onCleanup }) => async (habits: Partial<Habits> = {}) => {
  const provider = await startFakeProvider({ redirectUris: 'http://localhost:3000/', ...habits })
  onCleanup(() => provider.close())
  const authorize = async (parameters: { [name: string]: string } = {}) => {
    const query = { client_id: 'baton', redirect_uri: redirectUri, response_type: 'code', ...parameters }
    return provider.visit(new URL(`/authorize?${new URLSearchParams(query)}`, provider.url))
  }
  return {
    provider,
    authorize,
    /** The answer of the authorization endpoint, as its redirect has it. */
    answered: async (parameters?: Parameters<typeof authorize>[0]) =>
      Object.fromEntries(
        new URL((await authorize(parameters)).headers.get('location') ?? 'x:').searchParams,
      ) as Record<string, string>,
    ask: async (form: Record<string, string>, headers: Record<string, string> = {}, path = '/token') => {
      const body = new URLSearchParams({ grant_type: 'authorization_code', ...form })
      const answer = await fetch(provider.url + path, { method: 'POST', headers, body })
      const members = (await answer.json()) as { access_token?: string; refresh_token?: string }
      return { status: answer.status, ...members }
    },
  }
})

test('a code works once, at its redirect URI', async ({ start }) => {
  const { answered, ask } = await start()
  const first = await answered()
  const form = { code: first.code as string, redirect_uri: redirectUri }
  expect(await ask(form, basic)).toMatchObject({ status: 200, token_type: 'Bearer' })
  expect(await ask(form, basic)).toMatchObject({ status: 400, error: 'invalid_grant' })
  const second = { code: (await answered()).code as string, redirect_uri: `${redirectUri}2` }
  expect(await ask(second, basic)).toMatchObject({ status: 400, error: 'invalid_grant' })
})

test('a code works with its own verifier alone', async ({ start }) => {
  const { answered, ask } = await start()
  const challenge = createHash('sha256').update('a verifier').digest('base64url')
  const withChallenge = { code_challenge: challenge, code_challenge_method: 'S256' }
  for (const [parameters, verifier, status] of [
    [withChallenge, 'a verifier', 200],
    [withChallenge, 'another verifier', 400],
    [withChallenge, undefined, 400],
    [{}, 'a verifier', 400],
  ] as const) {
    const { code = '' } = await answered(parameters)
    const form = { code, redirect_uri: redirectUri, ...(verifier && { code_verifier: verifier }) }
    expect(await ask(form, basic)).toMatchObject({ status })
  }
})

test('a rotating refresh token works once, and a second use ends its grant', async ({ start }) => {
  const { answered, ask } = await start()
  const { code = '' } = await answered()
  const given = await ask({ code, redirect_uri: redirectUri }, basic)
  const refresh = (refresh_token = '') => ask({ grant_type: 'refresh_token', refresh_token }, basic)
  const next = await refresh(given.refresh_token)
  expect(next).toMatchObject({ status: 200 })
  expect(await refresh(given.refresh_token)).toMatchObject({ status: 400, error: 'invalid_grant' })
  expect(await refresh(next.refresh_token)).toMatchObject({ status: 400, error: 'invalid_grant' })
})

test.for([
  ['client_secret_basic', basic, {}, 200],
  ['client_secret_basic', {}, post, 401],
  ['client_secret_basic', basic, post, 401],
  ['client_secret_basic', { authorization: `Basic ${btoa('baton:wrong')}` }, {}, 401],
  ['client_secret_post', {}, post, 200],
  ['client_secret_post', basic, {}, 401],
  ['client_secret_post', {}, { ...post, client_secret: 'wrong' }, 401],
  ['none', {}, { client_id: 'baton' }, 200],
  ['none', {}, post, 401],
  ['private_key_jwt', {}, post, 401],
] as const)(
  'a client of %s that sends %j %j is answered %i',
  async ([way, headers, form, status], { start }) => {
    const { answered, ask } = await start({ clientAuthentication: way })
    const { code = '' } = await answered()
    expect(await ask({ code, redirect_uri: redirectUri, ...form }, headers)).toMatchObject({ status })
  },
)

const [own, foreign] = await Promise.all([generateKeyPair('ES256'), generateKeyPair('ES256')])

const now = Math.floor(Date.now() / 1000)
const jwt = (claims: JWTPayload, kid = 'own', { privateKey } = own) =>
  new SignJWT(claims).setProtectedHeader({ alg: 'ES256', kid }).sign(privateKey)

test('an assertion is verified: its key, who, for whom, until when, and once', async ({ start }) => {
  const { provider, answered, ask } = await start({
    clientAuthentication: 'private_key_jwt',
    clientKey: { key: own.publicKey, kid: 'own' },
  })
  const { code = '' } = await answered()
  const good = { iss: 'baton', sub: 'baton', aud: `${provider.url}/token`, exp: now + 60, jti: 'a' }
  const statusOf = async (client_assertion: string) => {
    const form = { client_assertion_type: assertionType, client_assertion, client_id: 'baton' }
    return (await ask({ code, redirect_uri: redirectUri, ...form })).status
  }
  for (const bad of [
    await jwt(good, 'own', foreign),
    await jwt(good, 'another'),
    await jwt({ ...good, sub: 'other' }),
    await jwt({ ...good, iss: 'other' }),
    await jwt({ ...good, aud: 'https://a.example/token' }),
    await jwt({ ...good, exp: now - 60 }),
    await jwt({ ...good, exp: undefined }),
    await jwt({ ...good, jti: undefined }),
  ])
    expect(await statusOf(bad)).toBe(401)
  expect(await statusOf(await jwt(good))).toBe(200)
  expect(await statusOf(await jwt(good))).toBe(401)
})

test("Apple's secret is verified, and may not live for longer than six months", async ({ start }) => {
  const { answered, ask } = await start({
    clientAuthentication: 'client_secret_post',
    clientKey: { key: own.publicKey, kid: 'own', teamId: 'TEAM' },
  })
  const good = { iss: 'TEAM', sub: 'baton', aud: 'https://appleid.apple.com', iat: now, exp: now + 60 }
  const statusOf = async (client_secret: string) => {
    const { code = '' } = await answered()
    return (await ask({ code, redirect_uri: redirectUri, client_id: 'baton', client_secret })).status
  }
  expect(await statusOf(await jwt(good))).toBe(200)
  for (const bad of [
    await jwt(good, 'own', foreign),
    await jwt({ ...good, iss: 'OTHER' }),
    await jwt({ ...good, sub: 'other' }),
    await jwt({ ...good, aud: 'https://a.example' }),
    await jwt({ ...good, exp: now + 16_000_000 }),
    await jwt({ ...good, exp: now - 60 }),
  ])
    expect(await statusOf(bad)).toBe(401)
})

test('an authorization request of another client or redirect URI leads nowhere', async ({ start }) => {
  const { authorize } = await start()
  const elsewhere = 'http://localhost:3001/callback'
  expect((await authorize({ client_id: 'other' })).status).toBe(400)
  expect((await authorize({ redirect_uri: elsewhere })).status).toBe(400)
})

test('a form-post provider takes no other response mode, and tells the user once', async ({ start }) => {
  const { answered, authorize } = await start({ formPost: { user: { name: randomUUID() } } })
  expect(await answered()).toMatchObject({ error: 'invalid_request' })
  const pages = [
    await authorize({ response_mode: 'form_post' }),
    await authorize({ response_mode: 'form_post' }),
  ]
  const [first, second] = await Promise.all(pages.map((page) => page.text()))
  expect(first).toContain('name="user"')
  expect(second).toContain('name="code"')
  expect(second).not.toContain('name="user"')
})
