import { afterAll, beforeAll, expect, test } from 'vitest'
import { createIdentityProvider } from '../../../demo/identity-provider/create-identity-provider.ts'
import { createBrowser } from '../../../demo/phone/browser.ts'
import { listenForRedirect } from '../../../demo/phone/loopback-redirect.ts'
import { fillInSignIn } from '../../../demo/phone/sign-in-form.ts'
import { freePort } from '../../../tests/support/free-port.ts'
import { listen } from '../../../tests/support/partners.ts'
import { createClient, memoryStorage } from '../src/index.ts'
import { type SmallBaton, startSmallBaton } from './support/small-baton.ts'

let baton: SmallBaton
let issuer: string
let closeProvider: () => Promise<void>

beforeAll(async () => {
  baton = await startSmallBaton()
  issuer = `http://127.0.0.1:${await freePort()}`
  const { listener } = await createIdentityProvider({
    issuer,
    batonUrl: baton.url,
    backendUrl: 'http://127.0.0.1:1',
  })
  closeProvider = (await listen(listener, Number(new URL(issuer).port))).close
  baton.trust(issuer, `${issuer}/jwks`)
})

afterAll(async () => {
  await baton?.close()
  await closeProvider?.()
})

async function signInByBrowser(url: string, user: string): Promise<void> {
  const browser = createBrowser()
  const form = fillInSignIn(await browser.open(new URL(url)), { user, password: user })
  if (!form) throw new Error('no sign-in page')
  await browser.open(form.action, form.fields)
}

test('a person signs in at a real OpenID Provider, and the app keeps only the web nonce', async () => {
  const redirect = await listenForRedirect()
  const kept = new Map<string, string>()
  const storage = {
    get: (key: string) => kept.get(key),
    set: (key: string, value: string) => void kept.set(key, value),
    remove: (key: string) => void kept.delete(key),
  }
  const options = {
    batonUrl: baton.url,
    clientId: 'demo-phone',
    identityProvider: { issuer, clientId: 'demo-phone', scope: 'openid profile email api' },
    storage,
  }
  try {
    const { url } = await createClient(options).beginSignIn({
      redirectUri: redirect.redirectUri,
      loginHint: 'bob',
    })
    await signInByBrowser(url, 'bob')
    // As after a restart: the system may end an app in the background.
    const client = createClient(options)
    const { claims, tokens } = await client.finishSignIn(await redirect.received)

    expect(claims).toMatchObject({ sub: 'bob', name: 'Bob Builder', azp: 'demo-phone' })
    expect(tokens).toBeUndefined()
    const webNonce = await client.getWebNonce()
    expect(baton.sessions.get(webNonce)?.subject).toBe('bob')
    expect([...kept.keys()]).toEqual(['baton.session'])
    expect(JSON.parse(kept.get('baton.session') ?? '')).toEqual({
      webNonce,
      baton: baton.url,
      clientId: 'demo-phone',
    })
  } finally {
    redirect.close()
  }
})

test("an app that asks for the provider's tokens gets them, and they are not stored", async () => {
  const redirect = await listenForRedirect()
  const storage = memoryStorage()
  const client = createClient({
    batonUrl: baton.url,
    clientId: 'demo-phone',
    identityProvider: { issuer, clientId: 'demo-phone', redirectUri: redirect.redirectUri },
    storage,
  })
  try {
    const { url } = await client.beginSignIn()
    await signInByBrowser(url, 'demo')
    const { tokens } = await client.finishSignIn(await redirect.received, { keepTokens: true })
    expect(tokens).toEqual({
      idToken: expect.stringMatching(/^ey/),
      accessToken: expect.stringMatching(/^ey/),
      refreshToken: expect.stringMatching(/./),
      expiresIn: expect.any(Number),
    })
    const kept = String(await storage.get('baton.session'))
    for (const token of [tokens?.idToken, tokens?.accessToken, tokens?.refreshToken])
      expect(kept).not.toContain(token)
  } finally {
    redirect.close()
  }
})

test("a cancelled sign-in is recognizable by the identity provider's error", async () => {
  const client = createClient({
    batonUrl: baton.url,
    clientId: 'demo-phone',
    identityProvider: { issuer, clientId: 'demo-phone' },
  })
  const redirect = await listenForRedirect()
  try {
    const { url } = await client.beginSignIn({ redirectUri: redirect.redirectUri, prompt: 'none' })
    await createBrowser().open(new URL(url))
    await expect(client.finishSignIn(await redirect.received)).rejects.toMatchObject({
      code: 'sign_in_failed',
      error: 'login_required',
    })
    expect(await client.isSignedIn()).toBe(false)
  } finally {
    redirect.close()
  }
})

test("the demo's provider answers pages at its token endpoint, for apps that have no secret", async () => {
  const exchange = (client_id: string, headers: Record<string, string> = {}) =>
    fetch(`${issuer}/token`, {
      method: 'POST',
      headers: { origin: 'https://app.example', ...headers },
      body: new URLSearchParams({
        grant_type: 'authorization_code',
        code: 'none',
        redirect_uri: 'http://127.0.0.1/callback',
        client_id,
      }),
    })
  const answer = await exchange('demo-phone')
  expect(await answer.json()).toMatchObject({ error: 'invalid_grant' })
  expect(answer.headers.get('access-control-allow-origin')).toBe('https://app.example')
  expect(answer.headers.get('access-control-allow-credentials')).toBeNull()
  const authorization = `Basic ${btoa('baton:demo-baton-secret')}`
  const other = await exchange('baton', { authorization })
  expect(other.headers.get('access-control-allow-origin')).toBeNull()
})
