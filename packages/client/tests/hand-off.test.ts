import { createHash } from 'node:crypto'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { json } from './support/small-baton.ts'
import { errorOf, type Stage, startStage } from './support/stage.ts'

let stage: Stage

beforeAll(async () => {
  stage = await startStage()
})
afterEach(() => stage.baton.asUsual())
afterAll(() => stage.close())

const challengeOf = (verifier = '') => createHash('sha256').update(verifier).digest('base64url')
const nonceIn = (url: string) => new URL(url).searchParams.get('nonce') ?? ''

test('a hand-off is bound to a verifier in a header of the first load, not in the link', async () => {
  const { client } = await stage.signedIn()
  const { nonce, url, headers, expiresIn, verifier } = await client.handOff()
  expect(url).toMatch(new RegExp(`^${stage.baton.url}/handoff\\?nonce=[\\w-]{43}$`))
  expect(headers).toEqual({ 'Baton-Handoff-Verifier': expect.stringMatching(/^[\w-]{43}$/) })
  expect(verifier).toBe(headers['Baton-Handoff-Verifier'])
  expect(expiresIn).toBe(30)
  expect(nonceIn(url)).toBe(nonce)
  expect(stage.baton.nonces.get(nonceIn(url))).toBe(challengeOf(verifier))
})

test('for a browser the verifier is in the fragment of the link', async () => {
  const { client } = await stage.signedIn()
  const { url, headers } = await client.handOff(undefined, { binding: 'fragment' })
  const verifier = new URL(url).hash.replace('#verifier=', '')
  expect(headers).toEqual({})
  expect(stage.baton.nonces.get(nonceIn(url))).toBe(challengeOf(verifier))
})

test("an unbound hand-off to another application keeps Baton's link unchanged", async () => {
  const { client } = await stage.signedIn()
  const { url, headers, verifier } = await client.handOff('demo-web', {
    binding: 'none',
    redirectTo: '/inbox',
  })
  expect(url.startsWith('https://web.example/sign-in?iss=')).toBe(true)
  expect(headers).toEqual({})
  expect(verifier).toBeUndefined()
  expect(Object.fromEntries(stage.baton.callsOf('POST /api/nonce').at(-1)?.form ?? [])).toEqual({
    target: 'demo-web',
    redirect_to: '/inbox',
  })
})

test('two hand-offs have two verifiers', async () => {
  const { client } = await stage.signedIn()
  const [first, second] = await Promise.all([client.handOff('demo-web'), client.handOff('demo-web')])
  expect(first?.verifier).not.toBe(second?.verifier)
})

test('a target that the app may not hand over to gives a refusal', async () => {
  const { client } = await stage.signedIn()
  expect(await errorOf(client.handOff('other'))).toMatchObject({
    code: 'refused',
    error: 'unauthorized_client',
    status: 403,
  })
})

test('an unknown binding is refused, not treated as none', async () => {
  const { client } = await stage.signedIn()
  const error = await errorOf(client.handOff(undefined, { binding: 'Header' as never }))
  expect(error).toMatchObject({ code: 'invalid_argument' })
})

test.each([
  ['is no URL', 'handoff'],
  ['is of another scheme', 'javascript:alert(1)'],
  ['has a fragment of its own', 'https://web.example/#verifier=x'],
  ['holds a password', 'https://a:b@web.example/'],
])('a link that %s is refused', async (_, uri) => {
  const { client } = await stage.signedIn()
  stage.baton.answerInstead('POST /api/nonce', (res) =>
    json(res, 200, { nonce: 'n', expires_in: 30, handoff_uri: uri }),
  )
  const error = await errorOf(client.handOff(undefined, { binding: 'none' }))
  expect(error).toMatchObject({ code: 'unsupported_response' })
})

test('a verifier is sent to Baton only: a bound link to another origin is refused', async () => {
  const { client } = await stage.signedIn()
  stage.baton.answerInstead('POST /api/nonce', (res) =>
    json(res, 200, { nonce: 'n', expires_in: 30, handoff_uri: 'https://web.example/?nonce=n' }),
  )
  for (const binding of ['header', 'fragment'] as const)
    expect(await errorOf(client.handOff('demo-web', { binding }))).toMatchObject({
      code: 'unsupported_response',
    })
})
