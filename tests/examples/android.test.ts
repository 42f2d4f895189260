import { calculateJwkThumbprint, decodeProtectedHeader, type JWK } from 'jose'
import type { Browser, Page } from 'playwright/test'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { createBrowser } from '../../demo/phone/browser.ts'
import { listenForRedirect } from '../../demo/phone/loopback-redirect.ts'
import { fillInSignIn } from '../../demo/phone/sign-in-form.ts'
import { signInWithBrowser } from '../../demo/phone/sign-in-with-browser.ts'
import { requireJdk, runJava } from './support/jdk.ts'
import { type NativeApp, startNativeApp } from './support/native-app.ts'
import { launchWebViews, openWebView } from './support/web-view.ts'

const demo = inject('demo')
const options = {
  batonUrl: demo.BATON_URL,
  clientId: 'demo-phone',
  issuer: demo.DEMO_IDP_URL,
  redirectUri: 'http://127.0.0.1:1/callback',
  scope: 'openid profile email api',
}
const greeting = '/api/backends/demo/api/authenticated/greeting'
const signedOut = { threw: { code: 'signed_out', text: expect.any(String) } }

let app: NativeApp
let browser: Browser

beforeAll(async () => {
  app = await startNativeApp()
  browser = await launchWebViews()
})

afterAll(async () => {
  await browser?.close()
  await app?.stop()
})

test('the parts without network keep to their standards', async () => {
  expect(await runJava(app.classes, 'org.example.baton.Checks')).toMatch(/^\d{4} checks held\n$/)
})

test('the demo takes the redirect URI of the app', async () => {
  await app.ask({ do: 'create', ...options, storage: 'new', key: 'none' })
  const { url } = await app.ask({ do: 'beginSignIn', redirectUri: 'org.example.baton:/callback' })
  const page = await createBrowser().open(new URL(url))
  expect(fillInSignIn(page, { user: 'demo', password: 'demo' })).toBeDefined()
})

test('where there is no JDK, a sentence says what to install', () => {
  expect(() => requireJdk('no-such-compiler')).toThrow(/apt-get install -y .*default-jdk-headless$/)
})

describe.each([
  { kind: 'a bearer token', key: 'none' },
  { kind: 'bound to a key', key: 'new' },
])('with a web nonce that is $kind', ({ key }) => {
  beforeAll(async () => {
    await app.ask({ do: 'create', ...options, storage: 'new', key })
    expect(await signIn()).toEqual({ name: 'Demo User' })
  })

  test('the app calls a backend through Baton', async () => {
    const answer = await app.ask({ do: 'fetch', method: 'GET', path: greeting })
    expect(answer).toEqual({ status: 200, body: '{"greeting":"Hello, Demo User!"}' })
  })

  test('a call has the method and the body of the app, and never credentials of its own', async () => {
    const path = '/api/backends/demo/api/authenticated/echo/%C3%A9?a=1&a=2'
    const call = { method: 'PUT', path, body: 'a body é', header: 'authorization', value: 'Bearer mine' }
    const { status, body } = await app.ask({ do: 'fetch', ...call })
    expect(status).toBe(200)
    const echo = JSON.parse(body)
    expect(echo).toMatchObject({ method: 'PUT', body: 'a body é' })
    expect(echo.url).toContain('/api/authenticated/echo/%C3%A9?a=1&a=2')
    expect(echo.headers['content-type']).toBe('text/plain')
  })

  test('an answer of the backend is passed on, whatever its status', async () => {
    const path = '/api/backends/demo/api/authenticated/nothing'
    expect(await app.ask({ do: 'fetch', method: 'GET', path })).toMatchObject({ status: 404 })
    expect(await app.ask({ do: 'isSignedIn' })).toEqual({ isSignedIn: true })
  })

  test('calls of many threads at once all succeed', async () => {
    const order = { do: 'fetchInParallel', count: '16', method: 'GET', path: greeting }
    expect(await app.ask(order)).toEqual({ 200: 16 })
  })

  test('getToken gives the bytes of the token service, and its members by type', async () => {
    const token = await app.ask({ do: 'getToken' })
    expect(token.status).toBe(200)
    expect(token.contentType).toMatch(/^application\/json/)
    const answer = JSON.parse(Buffer.from(token.rawBytes, 'base64').toString())
    expect(answer.access_token).toMatch(/^demo-/)
    expect(token).toMatchObject({
      rawString: JSON.stringify(answer),
      access_token: answer.access_token,
      expires_in: answer.expires_in,
    })
  })

  test('a hand-off signs a web view in at another application without a question', async () => {
    const { url, headers, text } = await app.ask({ do: 'handOff', target: 'demo-web', redirectTo: '/me' })
    expect(new URL(url).origin).toBe(demo.BATON_URL)
    expect(text).not.toContain(new URL(url).searchParams.get('nonce'))
    const view = await openWebView(browser, url, headers)
    await expect.poll(() => view.url()).toBe(`${demo.DEMO_WEB_URL}/me`)
    const me = await view.context().request.get(`${demo.DEMO_WEB_URL}/me`)
    expect(await me.json()).toMatchObject({ acr: 'urn:baton:authentication:nonce' })
  })

  test('a hand-off signs a web view in at Baton itself', async () => {
    const { url, headers } = await app.ask({ do: 'handOff', redirectTo: '/sessions' })
    expect(Object.keys(headers)).toEqual(['Baton-Handoff-Verifier'])
    const view = await openWebView(browser, url, headers)
    await expect.poll(() => view.url()).toBe(`${demo.BATON_URL}/sessions`)
    expect(await userIn(view)).toMatchObject({ name: 'Demo User' })
  })

  test('the link alone, or with a wrong verifier, signs nobody in', async () => {
    const { url, headers } = await app.ask({ do: 'handOff' })
    const wrong = { 'Baton-Handoff-Verifier': 'x'.repeat(43) }
    expect((await fetch(url, { headers: wrong, redirect: 'manual' })).status).toBe(410)
    const thief = await openWebView(browser, url)
    await thief.getByRole('button').first().click()
    expect(await userIn(thief)).toBeUndefined()
    const view = await openWebView(browser, url, headers)
    await expect.poll(() => view.url()).toBe(`${demo.BATON_URL}/`)
    expect(await userIn(view)).toMatchObject({ name: 'Demo User' })
  })

  test('for the browser, the verifier is in the fragment', async () => {
    const { url, urlForBrowser, headers } = await app.ask({ do: 'handOff' })
    expect(urlForBrowser).toBe(`${url}#verifier=${headers['Baton-Handoff-Verifier']}`)
  })

  test('what Baton refuses is an error with its code', async () => {
    expect(await app.ask({ do: 'handOff', target: 'nobody' })).toMatchObject({
      threw: { code: 'refused', error: 'unauthorized_client', status: 403 },
    })
    expect(await app.ask({ do: 'fetch', method: 'GET', path: '/api/backends/none/' })).toMatchObject({
      status: 404,
    })
  })

  test('the session outlives a restart of the app', async () => {
    await app.ask({ do: 'create', ...options })
    expect(await app.ask({ do: 'fetch', method: 'GET', path: greeting })).toMatchObject({ status: 200 })
  })

  test('signing out ends the session here, at Baton and in its web views', async () => {
    const { webNonce } = await app.ask({ do: 'getWebNonce' })
    const { url, headers } = await app.ask({ do: 'handOff' })
    const view = await openWebView(browser, url, headers)
    await expect.poll(() => userIn(view)).toMatchObject({ name: 'Demo User' })
    expect(await introspect(webNonce)).toMatchObject({ active: true })
    expect(await app.ask({ do: 'signOut' })).toEqual({})
    expect(await introspect(webNonce)).toEqual({ active: false })
    expect(await userIn(view)).toBeUndefined()
    for (const order of ['getToken', 'handOff', 'getWebNonce'])
      expect(await app.ask({ do: order })).toEqual(signedOut)
    expect(await app.ask({ do: 'fetch', method: 'GET', path: greeting })).toEqual(signedOut)
    expect(await app.ask({ do: 'isSignedIn' })).toEqual({ isSignedIn: false })
    expect(await app.ask({ do: 'signOut' })).toEqual({})
  })

  test.each([{ do: 'getToken' }, { do: 'handOff' }, { do: 'fetch', method: 'GET', path: greeting }])(
    'a session that Baton has ended is signed_out at $do',
    async (order) => {
      await app.ask({ do: 'create', ...options, storage: 'new' })
      await signIn()
      const { webNonce } = await app.ask({ do: 'getWebNonce' })
      await endAtBaton(webNonce)
      expect(await app.ask(order)).toEqual(signedOut)
      expect(await app.ask({ do: 'isSignedIn' })).toEqual({ isSignedIn: false })
    },
  )
})

describe('a key of the device', () => {
  beforeAll(async () => {
    await app.ask({ do: 'create', ...options, storage: 'new', key: 'new' })
    await signIn()
  })

  test('binds the web nonce', async () => {
    const { webNonce } = await app.ask({ do: 'getWebNonce' })
    const url = `${demo.BATON_URL}/api/nonce`
    const { DPoP: proof } = await app.ask({ do: 'headersFor', method: 'POST', url })
    const { jwk, ...header } = decodeProtectedHeader(String(proof))
    expect(header).toEqual({ typ: 'dpop+jwt', alg: 'ES256' })
    expect(await introspect(webNonce)).toMatchObject({
      token_type: 'DPoP',
      cnf: { jkt: await calculateJwkThumbprint(jwk as JWK) },
    })
  })

  test('makes a stolen web nonce worthless without it', async () => {
    const { webNonce } = await app.ask({ do: 'getWebNonce' })
    const asBearer = { headers: { authorization: `Bearer ${webNonce}` } }
    expect((await fetch(`${demo.BATON_URL}${greeting}`, asBearer)).status).toBe(401)
    expect(await app.ask({ do: 'fetch', method: 'GET', path: greeting })).toMatchObject({ status: 200 })
  })

  test('is needed by the next start of the app as well', async () => {
    await app.ask({ do: 'create', ...options, key: 'new' })
    expect(await app.ask({ do: 'getToken' })).toEqual(signedOut)
  })

  test('tells of a clock that is wrong by making proofs with the nonces of Baton', async () => {
    // The ID token is checked by the clock of the device too, so it signs in with the right one.
    await app.ask({ do: 'create', ...options, storage: 'new' })
    await signIn()
    await app.ask({ do: 'create', ...options, seconds: '-86400' })
    expect(await app.ask({ do: 'handOff' })).toMatchObject({ url: expect.any(String) })
    expect(await app.ask({ do: 'fetch', method: 'GET', path: greeting })).toMatchObject({ status: 200 })
  })
})

test('the app has written nothing', () => {
  expect(app.logged()).toBe('')
})

/** Signs in as a person does: the small browser of the demo takes the place of the system's. */
async function signIn() {
  const redirect = await listenForRedirect()
  try {
    const { url } = await app.ask({ do: 'beginSignIn', redirectUri: redirect.redirectUri })
    await signInWithBrowser(new URL(url), { user: 'demo', password: 'demo' })
    return await app.ask({ do: 'finishSignIn', callbackUrl: (await redirect.received).href })
  } finally {
    redirect.close()
  }
}

/** Who is signed in at Baton in a web view, or `undefined`. */
async function userIn(view: Page): Promise<unknown> {
  const response = await view.context().request.get(`${demo.BATON_URL}/api/auth/session`)
  return (await response.json())?.user
}

async function introspect(token: string): Promise<unknown> {
  const response = await fetch(`${demo.BATON_URL}/oidc/introspect`, {
    method: 'POST',
    headers: { authorization: `Basic ${btoa('demo-backend:demo-backend-secret')}` },
    body: new URLSearchParams({ token }),
  })
  return response.json()
}

/** Ends the session as another program that has the web nonce and, where it is bound, its key. */
async function endAtBaton(token: string): Promise<void> {
  const url = `${demo.BATON_URL}/oidc/revoke`
  const { DPoP: proof } = await app.ask({ do: 'headersFor', method: 'POST', url })
  const headers: Record<string, string> = proof ? { DPoP: proof } : {}
  const body = new URLSearchParams({ token, client_id: 'demo-phone' })
  expect((await fetch(url, { method: 'POST', headers, body })).status).toBe(200)
}
