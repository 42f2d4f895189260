import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { createWebApplication } from '../../demo/web-application/create-web-application.ts'
import { type BrowserStage, startBrowserStage } from '../support/browser-stage.ts'
import { textsBelow } from '../support/contrast.ts'
import { freePort } from '../support/free-port.ts'
import { listen } from '../support/partners.ts'
import { registration, relyingParty } from '../support/relying-party.ts'

let stage: BrowserStage
let webUrl: string
let web: Awaited<ReturnType<typeof listen>>
/** Where the applications take answers that no test sends on. */
let landing: Awaited<ReturnType<typeof listen>>

beforeAll(async () => {
  landing = await listen((_, response) => response.end('arrived'))
  const port = await freePort()
  webUrl = `http://127.0.0.1:${port}`
  stage = await startBrowserStage({
    config: (partners) =>
      partners.config({
        handoff: { nonceTtl: 120 },
        clients: [
          registration('demo-web', {
            client_secret: 'demo-web-secret',
            redirect_uris: [`${webUrl}/callback`],
            post_logout_redirect_uris: [`${webUrl}/`],
            initiate_login_uri: `${webUrl}/`,
          }),
          registration('silent', {
            redirect_uris: [`${landing.url}/callback`],
            initiate_login_uri: `${landing.url}/start`,
            handoff: { mayReceive: true, confirm: 'never' },
          }),
          registration('stranger', { first_party: false, redirect_uris: [`${landing.url}/callback`] }),
        ],
      }),
  })
  web = await listen(createWebApplication({ batonUrl: stage.baton.url, webUrl }), port)
})

afterEach(() => stage.expectNoComplaints())
afterAll(async () => {
  await stage?.close()
  await web?.close()
  await landing?.close()
})

test.each([
  { colorScheme: 'light', width: 360 },
  { colorScheme: 'dark', width: 1280 },
] as const)(
  'a hand-off to an application, its question by keyboard, and back out again ($colorScheme, $width)',
  async ({ colorScheme, width }) => {
    const source = await stage.signedIn()
    const { handoff_uri } = await source.askForNonce({ target: 'demo-web' })
    const page = await stage.newPage({ colorScheme, viewport: { width, height: 740 } })
    await page.goto(handoff_uri)
    await page.getByRole('heading', { name: 'Continue as Demo User?' }).waitFor()
    await expect(page.getByText('Application demo-web').count()).resolves.toBe(1)
    expect((await textsBelow(page, 4.5)).low).toEqual([])
    await page.getByRole('button', { name: 'Continue' }).press('Enter')
    await page.waitForURL(`${webUrl}/`)
    await expect(page.getByText('Demo User').count()).resolves.toBeGreaterThan(0)

    await page.getByRole('button', { name: 'Sign out' }).click()
    await page.getByRole('heading', { name: 'Sign out?' }).waitFor()
    expect((await textsBelow(page, 4.5)).low).toEqual([])
    await page.getByRole('button', { name: 'Sign out' }).click()
    await page.waitForURL(`${webUrl}/`)
    expect((await page.request.get(`${webUrl}/me`)).status()).toBe(401)
  },
)

test('where a client asks nobody, the page sends itself', async () => {
  const { nonce } = await (await stage.signedIn()).askForNonce({ target: 'silent' })
  const { url } = await (await relyingParty(stage.baton.url, 'silent')).beginWithNonce(nonce)
  url.searchParams.set('redirect_uri', `${landing.url}/callback`)
  const page = await stage.newPage()
  await page.goto(url.href)
  await page.waitForURL(`${landing.url}/callback**`)
  expect(new URL(page.url()).searchParams.has('code')).toBe(true)
})

test('an application of somebody else asks, and takes no for an answer', async () => {
  const page = await stage.newPage({ viewport: { width: 360, height: 740 } })
  const { host } = new URL(stage.baton.url)
  const cookies = (await (await stage.signedIn()).cookies()).split('; ').map((cookie) => cookie.split('='))
  await page
    .context()
    .addCookies(cookies.map(([name = '', value = '']) => ({ name, value, url: `http://${host}` })))
  const { url } = await (await relyingParty(stage.baton.url, 'stranger')).begin()
  url.searchParams.set('redirect_uri', `${landing.url}/callback`)
  await page.goto(url.href)
  await page.getByRole('heading', { name: 'Sign in to Application stranger?' }).waitFor()
  expect((await textsBelow(page, 4.5)).low).toEqual([])
  await page.getByRole('button', { name: 'Cancel' }).click()
  await page.waitForURL(`${landing.url}/callback**`)
  expect(new URL(page.url()).searchParams.get('error')).toBe('access_denied')
})
