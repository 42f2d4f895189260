import { createHash } from 'node:crypto'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { memoryStorage } from '../src/index.ts'
import { errorOf, type Stage, startStage } from './support/stage.ts'

let stage: Stage

beforeAll(async () => {
  stage = await startStage()
})
afterEach(() => stage.provider.asUsual())
afterAll(() => stage.close())

test('the request is a code flow with S256, and state, nonce and verifier are new each time', async () => {
  const storage = memoryStorage()
  const client = stage.client({ storage })
  const first = new URL((await client.beginSignIn()).url).searchParams
  const { url } = await client.beginSignIn({
    loginHint: 'demo',
    prompt: 'login',
    parameters: { ui_locales: 'nl' },
  })
  const second = new URL(url).searchParams
  const { codeVerifier } = JSON.parse(String(await storage.get('baton.sign-in')))

  expect(url.startsWith(`${stage.provider.issuer}/authorize?`)).toBe(true)
  expect(Object.fromEntries(second)).toEqual({
    response_type: 'code',
    client_id: 'demo-phone',
    redirect_uri: 'org.example.app:/callback',
    scope: 'openid',
    state: expect.stringMatching(/^[\w-]{43}$/),
    nonce: expect.stringMatching(/^[\w-]{43}$/),
    code_challenge: createHash('sha256').update(codeVerifier).digest('base64url'),
    code_challenge_method: 'S256',
    login_hint: 'demo',
    prompt: 'login',
    ui_locales: 'nl',
  })
  for (const name of ['state', 'nonce', 'code_challenge']) expect(second.get(name)).not.toBe(first.get(name))
})

test("an app's own parameters cannot replace the protocol's", async () => {
  const { url } = await stage
    .client()
    .beginSignIn({ parameters: { state: 'x', code_challenge_method: 'plain' } })
  expect(new URL(url).searchParams.getAll('state')).not.toEqual(['x'])
  expect(new URL(url).searchParams.getAll('code_challenge_method')).toEqual(['S256'])
})

test.each([
  ['of another issuer', { issuer: 'https://evil.example' }],
  ['with a token endpoint without TLS', { token_endpoint: 'http://provider.example/token' }],
  ['with an authorization endpoint without TLS', { authorization_endpoint: 'http://provider.example/' }],
  ['with an endpoint that holds a password', { token_endpoint: 'https://a:b@provider.example/token' }],
  ['without a token endpoint', { token_endpoint: undefined }],
  ['of a provider without S256', { code_challenge_methods_supported: ['plain'] }],
])('metadata %s is refused', async (_, metadata) => {
  stage.provider.sayMetadata(metadata)
  expect(await errorOf(stage.client().beginSignIn())).toMatchObject({ code: 'unsupported_response' })
})

test('metadata is requested again after a failure', async () => {
  const client = stage.client()
  stage.provider.sayMetadata({ issuer: 'https://evil.example' })
  await errorOf(client.beginSignIn())
  stage.provider.asUsual()
  await expect(client.beginSignIn()).resolves.toBeDefined()
})

test.each([
  undefined,
  'callback',
  'http://app.example/callback',
  'https://app.example/callback#there',
  'https://app.example/callb ack',
])('a redirect URI that must not receive a code is refused: %s', async (redirectUri) => {
  const { identityProvider } = stage.options()
  const client = stage.client({ identityProvider: identityProvider && { ...identityProvider, redirectUri } })
  expect(await errorOf(client.beginSignIn())).toMatchObject({ code: 'invalid_argument' })
})

test('a client without an identity provider begins no sign-in', async () => {
  const client = stage.client({ identityProvider: undefined })
  expect(await errorOf(client.beginSignIn())).toMatchObject({ code: 'invalid_argument' })
})

test('without Web Crypto the error names the option to set', async () => {
  const crypto = { getRandomValues: undefined, subtle: undefined } as never
  const error = await errorOf(stage.client({ crypto }).beginSignIn())
  expect(error).toMatchObject({
    code: 'invalid_argument',
    description: expect.stringContaining('option crypto'),
  })
})

test('the functions of another crypto library can replace Web Crypto', async () => {
  const digested: string[] = []
  const client = stage.client({
    crypto: {
      getRandomValues: (bytes) => bytes.fill(7),
      subtle: {
        async digest(algorithm, data) {
          digested.push(algorithm)
          return new Uint8Array(createHash('sha256').update(data).digest()).buffer
        },
      },
    },
  })
  const { url } = await client.beginSignIn()
  expect(new URL(url).searchParams.get('state')).toBe(Buffer.alloc(32, 7).toString('base64url'))
  expect(digested).toEqual(['SHA-256'])
})
