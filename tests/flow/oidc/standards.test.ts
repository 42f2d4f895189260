import { randomUUID } from 'node:crypto'
import { decodeJwt, exportJWK, generateKeyPair, SignJWT } from 'jose'
import { expect } from 'vitest'
import { fullConfig } from '../../support/full-config.ts'
import { nonceHash } from '../../support/nonce-hash.ts'
import {
  follow,
  pressContinue,
  redirectUri,
  registration,
  relyingParty,
} from '../../support/relying-party.ts'
import type { Setup } from '../../support/stage.ts'
import { perFile } from '../../support/test.ts'
import { test as base, errorOf, signInAt } from '../../support/test-oidc.ts'

const unmet = 'unmet_authentication_requirements'
const { publicKey, privateKey } = await generateKeyPair('ES256')
const jwk = { ...(await exportJWK(publicKey)), alg: 'ES256', kid: 'k' }

const test = base
  .extend('setup', perFile, {
    config(partners) {
      const config = fullConfig(partners) as { clients: object[] }
      const more = [
        registration('impatient', { default_max_age: 0 }),
        registration('keyed', {
          client_secret: undefined,
          token_endpoint_auth_method: 'private_key_jwt',
          jwks: { keys: [jwk] },
        }),
        ...[
          ['desktop', redirectUri, 'org.example.app:/callback', 'https://app.example.org/callback'],
          ['claimed', 'https://app.example.org/callback'],
        ].map(([id = '', ...redirect_uris]) =>
          registration(id, {
            client_secret: undefined,
            application_type: 'native',
            token_endpoint_auth_method: 'none',
            redirect_uris,
            handoff: {},
          }),
        ),
      ]
      return { ...config, clients: [...config.clients, ...more] }
    },
  } satisfies Setup)
  /** Signs in by a nonce at an application; gives where that ends, and the tokens. */
  .extend(
    'byNonce',
    ({ person, newcomer, baton }) =>
      async (id: string, more: Record<string, string> = {}) => {
        const app = await relyingParty(baton.url, id)
        const { nonce } = await person.askForNonce({ target: id })
        const { url, checks } = await app.beginWithNonce(nonce, more)
        const browser = newcomer()
        const first = await follow(browser, url)
        const end = first.page ? await pressContinue(browser, first.url, first.page.html) : first
        return { nonce, end: end.url, tokens: () => app.finish(end.url, checks) }
      },
  )

test.for(['0', '00', '-0', '0.0', '0e3'])(
  'no nonce meets a max_age of %s, and none is spent by it',
  async (max_age, { byNonce, sql }) => {
    const { nonce, end } = await byNonce('web', { max_age })
    expect(errorOf(end)).toMatch(/^(unmet_authentication_requirements|invalid_request)$/)
    expect(end.searchParams.has('code')).toBe(false)
    const [row] = await sql<{ used_at: unknown }>('SELECT used_at FROM nonces WHERE hash = $1', [
      nonceHash(nonce),
    ])
    expect(row).toEqual({ used_at: null })
  },
)

test.for(['0', '00'])('max_age=%s leads to that error exactly', async (max_age, { byNonce }) => {
  expect(errorOf((await byNonce('web', { max_age })).end)).toBe(unmet)
})

test("a client's default_max_age of zero counts as well, unless the request has its own", async ({
  byNonce,
}) => {
  expect(errorOf((await byNonce('impatient')).end)).toBe(unmet)
  expect((await (await byNonce('impatient', { max_age: '3600' })).tokens()).id_token).toBeDefined()
})

test('an ordinary request with max_age=0 leads to a new sign-in', async ({ web, person }) => {
  const { url } = await web.begin({ max_age: '0' })
  const page = await follow(person, url)
  expect([page.url.pathname, page.url.searchParams.get('again')]).toEqual(['/sign-in', '1'])
})

test('of 20 uses of one client assertion at once exactly one authenticates', async ({ baton }) => {
  const token = `${baton.url}/oidc/token`
  const assertion = (jti: string, expires: string | number = '1 minute') =>
    new SignJWT({ jti })
      .setProtectedHeader({ alg: 'ES256', kid: 'k' })
      .setIssuer('keyed')
      .setSubject('keyed')
      .setAudience(token)
      .setIssuedAt()
      .setExpirationTime(expires)
      .sign(privateKey)
  const use = async (client_assertion: string) => {
    const body = new URLSearchParams({
      grant_type: 'refresh_token',
      refresh_token: 'none',
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
      client_assertion,
    })
    return ((await (await fetch(token, { method: 'POST', body })).json()) as { error: string }).error
  }
  for (let round = 0; round < 5; round++) {
    const one = await assertion(randomUUID())
    const answers = await Promise.all(Array.from({ length: 20 }, () => use(one)))
    expect(answers.toSorted()).toEqual([...Array(19).fill('invalid_client'), 'invalid_grant'])
  }
  // Each one by itself is good.
  expect(await use(await assertion(randomUUID()))).toBe('invalid_grant')
  // One that never expires cannot be remembered for so long, and is no fault.
  expect(await use(await assertion(randomUUID(), 1e15))).toBe('invalid_grant')
})

test('a third party gets a refresh token for offline_access, and none for openid alone', async ({
  stranger,
  signedIn,
}) => {
  const person = await signedIn()
  const tokens = async (more: Record<string, string>) => {
    const { url, checks } = await stranger.begin(more)
    const page = await follow(person, url)
    const end = page.page ? await pressContinue(person, page.url, page.page.html, { answer: 'allow' }) : page
    return stranger.finish(end.url, checks)
  }
  expect((await tokens({ scope: 'openid' })).refresh_token).toBeUndefined()
  const granted = await tokens({ scope: 'openid offline_access', prompt: 'consent' })
  expect((await stranger.refresh(granted.refresh_token ?? '')).access_token).toBeDefined()
})

test('a hand-off gives an application no refresh token, unless its entry says so', async ({
  byNonce,
  person,
  heard,
}) => {
  expect((await (await byNonce('heard')).tokens()).refresh_token).toBeUndefined()
  expect((await (await byNonce('web')).tokens()).refresh_token).toBeDefined()
  expect((await signInAt(heard, person)).refresh_token).toBeDefined()
})

test('no other way round: a browser that was handed over to gives none either', async ({
  person,
  newcomer,
  heard,
}) => {
  const child = newcomer()
  await child.redeem((await person.askForNonce()).nonce)
  expect((await signInAt(heard, child)).refresh_token).toBeUndefined()
})

test('a native app that another one could pass for is asked about once in a session', async ({
  signedIn,
  baton,
}) => {
  const person = await signedIn()
  const begin = async (redirect_uri: string, state: string) => {
    const url = new URL(`${baton.url}/oidc/authorize`)
    const parameters = {
      client_id: 'desktop',
      response_type: 'code',
      scope: 'openid',
      redirect_uri,
      state,
      code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM',
      code_challenge_method: 'S256',
    }
    for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value)
    return url
  }
  const first = await follow(person, await begin(redirectUri, 'a'))
  expect(first.page?.html).toContain('Sign in to Application desktop?')
  const end = await pressContinue(person, first.url, first.page?.html ?? '', { answer: 'allow' })
  expect(end.url.searchParams.has('code')).toBe(true)
  expect((await follow(person, await begin(redirectUri, 'b'))).url.searchParams.has('code')).toBe(true)
  // In a new session it is asked about again.
  await person.signOut()
  await person.signIn()
  expect((await follow(person, await begin(redirectUri, 'c'))).page?.html).toContain(
    'Sign in to Application desktop?',
  )
})

test('an app whose answers go to https alone cannot be passed for, and is asked about never', async ({
  signedIn,
  baton,
}) => {
  const person = await signedIn()
  const ask = async (client_id: string, redirect_uri: string) => {
    const search = new URLSearchParams({
      client_id,
      response_type: 'code',
      scope: 'openid',
      redirect_uri,
      code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM',
      code_challenge_method: 'S256',
    })
    let location = `${baton.url}/oidc/authorize?${search}`
    for (let hop = 0; hop < 5 && location.startsWith(baton.url); hop++) {
      const answer = await person.request(location)
      location = new URL(answer.headers.get('location') ?? 'stays:here', location).href
    }
    return location
  }
  expect(await ask('claimed', 'https://app.example.org/callback')).toMatch(
    /^https:\/\/app\.example\.org\/callback\?code=/,
  )
  for (const uri of ['https://app.example.org/callback', 'org.example.app:/callback'])
    expect(await ask('desktop', uri)).toBe('stays:here')
})

test('a token of a hand-off names the session that it is of', async ({ byNonce }) => {
  const { id_token = '' } = await (await byNonce('heard')).tokens()
  expect(decodeJwt(id_token)).toMatchObject({ acr: 'urn:baton:authentication:nonce', aud: 'heard' })
})
