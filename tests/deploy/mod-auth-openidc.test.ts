import { type Browser, chromium, type Page } from 'playwright/test'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { chromiumLaunch } from '../support/chromium.ts'
import { serversToClose } from '../support/closing.ts'
import { freePort } from '../support/free-port.ts'
import { listen } from '../support/partners.ts'
import { startModAuthOpenidc } from '../support/servers/mod-auth-openidc.ts'
import { type Stage, startStage } from '../support/stage.ts'

const secret = 'the-secret-of-the-web-application'
const path = '/orders/7?tab=open&note=a%26b%2Fc'

const servers = serversToClose()
let stage: Stage
let url: string
let browser: Browser

beforeAll(async () => {
  const port = await freePort()
  url = `http://127.0.0.1:${port}`
  const client = {
    client_id: 'web-app',
    client_secret: secret,
    redirect_uris: [`${url}/oidc-callback`],
    post_logout_redirect_uris: [`${url}/`],
    initiate_login_uri: `${url}/signin/baton`,
    backchannel_logout_uri: `${url}/oidc-callback?logout=backchannel`,
    handoff: { mayReceive: true },
  }
  stage = await servers.add(startStage({ config: (partners) => partners.config({ clients: [client] }) }))
  const behind = await servers.add(
    listen((request, response) => {
      const { oidc_claim_name: name, oidc_claim_acr: acr } = request.headers
      response.end(JSON.stringify({ name, acr, path: request.url }))
    }),
  )
  await servers.add(startModAuthOpenidc({ batonUrl: stage.baton.url, secret, port, behindUrl: behind.url }))
  browser = await chromium.launch(chromiumLaunch())
})
afterAll(async () => {
  await browser?.close()
  await servers.close()
})

async function newPage(): Promise<Page> {
  return (await browser.newContext()).newPage()
}

async function handOff(redirectTo?: string) {
  const source = await stage.signedIn()
  const form = { target: 'web-app', ...(redirectTo && { redirect_to: redirectTo }) }
  const { handoff_uri } = await source.askForNonce(form)
  return { source, uri: new URL(handoff_uri) }
}

async function continueAt(page: Page, uri: URL): Promise<void> {
  await page.goto(uri.href)
  await page.getByRole('button', { name: /^Continue/ }).click()
}

/** What the application behind Apache is told; waits for its page. */
async function toldAt(page: Page, address: string) {
  await page.waitForURL(address)
  return JSON.parse((await page.locator('body').textContent()) ?? '')
}

async function signInAt(page: Page, address: string, user: 'demo' | 'bob'): Promise<void> {
  await page.goto(address)
  await page.getByRole('button', { name: /Continue with/ }).click()
  await page.getByLabel('Login').fill(user)
  await page.getByLabel('Password').fill(user)
  await page.getByRole('button', { name: 'Sign in' }).click()
}

/** The module's own page says so; its status differs between versions. */
async function expectRefused(page: Page, uri: URL): Promise<void> {
  await page.goto(uri.href)
  await page
    .getByText(/Invalid Request|URL not allowed/)
    .first()
    .waitFor()
  expect(page.url()).toContain(`${url}/oidc-callback?`)
}

const byNonce = 'urn:baton:authentication:nonce'

test('a person signs in at a path and gets there', async () => {
  const page = await newPage()
  await signInAt(page, url + path, 'demo')
  expect(await toldAt(page, url + path)).toEqual({ name: 'Demo User', path })
})

test('a hand-off signs in at the path that the source named, with no nonce in the URL', async () => {
  const page = await newPage()
  await continueAt(page, (await handOff(path)).uri)
  expect(await toldAt(page, url + path)).toEqual({ name: 'Demo User', acr: byNonce, path })
})

test('a hand-off without a path ends at the home page', async () => {
  const page = await newPage()
  await continueAt(page, (await handOff()).uri)
  expect(await toldAt(page, `${url}/`)).toEqual({ name: 'Demo User', acr: byNonce, path: '/' })
})

test('a hand-off takes the place of somebody else', async () => {
  const page = await newPage()
  await signInAt(page, `${url}/`, 'bob')
  expect(await toldAt(page, `${url}/`)).toMatchObject({ name: 'Bob Builder' })
  await continueAt(page, (await handOff(path)).uri)
  expect(await toldAt(page, url + path)).toEqual({ name: 'Demo User', acr: byNonce, path })
})

test('a nonce that was used before leads to ordinary sign-in', async () => {
  const { uri } = await handOff(path)
  await continueAt(await newPage(), uri)
  const page = await newPage()
  await signInAt(page, uri.href, 'bob')
  expect(await toldAt(page, `${url}/`)).toEqual({ name: 'Bob Builder', path: '/' })
})

test('a hand-off of another issuer goes nowhere', async () => {
  const { uri } = await handOff(path)
  uri.searchParams.set('iss', 'https://evil.example/oidc')
  const page = await newPage()
  await expectRefused(page, uri)
})

test.each([
  'https://evil.example/',
  '//evil.example/',
  String.raw`/\evil.example/`,
  'http://127.0.0.1:1/',
  'https://127.0.0.1/',
  'http://evil.127.0.0.1/',
  'javascript:alert(1)',
])('a hand-off to %s goes nowhere', async (target) => {
  const { uri } = await handOff(path)
  uri.searchParams.set('target_link_uri', target)
  const page = await newPage()
  await expectRefused(page, uri)
})

test('without a nonce, the address of hand-offs is one more way to ordinary sign-in', async () => {
  const page = await newPage()
  await signInAt(page, `${url}/signin/baton`, 'demo')
  expect(await toldAt(page, `${url}/`)).toEqual({ name: 'Demo User', path: '/' })
})

test('opened by the home page, without a nonce, it ends at `target_link_uri`', async () => {
  const opened = new URL(`${url}/signin/baton`)
  opened.searchParams.set('iss', `${stage.baton.url}/oidc`)
  opened.searchParams.set('target_link_uri', url + path)
  const page = await newPage()
  await signInAt(page, opened.href, 'demo')
  expect(await toldAt(page, url + path)).toEqual({ name: 'Demo User', path })
  opened.searchParams.delete('target_link_uri')
  const other = await newPage()
  await signInAt(other, opened.href, 'bob')
  expect(await toldAt(other, `${url}/`)).toEqual({ name: 'Bob Builder', path: '/' })
})

test('a session that ends at the source ends here', async () => {
  const { source, uri } = await handOff(path)
  const page = await newPage()
  await continueAt(page, uri)
  await toldAt(page, url + path)
  await source.signOut()
  await expect
    .poll(async () => new URL((await page.goto(url + path))?.url() ?? '').origin)
    .toBe(stage.baton.url)
})
