import { readdir, readFile, rm } from 'node:fs/promises'
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright/test'
import { afterAll, afterEach, beforeAll, describe, expect, inject, test } from 'vitest'
import { chromiumLaunch } from '../support/chromium.ts'
import { endAllSessions } from './support/end-all-sessions.ts'
import { continueAt, isSignedOutAt } from './support/handed-over.ts'
import { install, npm, npmWith } from './support/install.ts'
import { serveSite } from './support/static-site.ts'

const folder = 'examples/expo'
const own = 'http://127.0.0.1:4014'
const { BATON_URL, DEMO_IDP_URL, DEMO_WEB_URL } = inject('demo')

let browser: Browser
let site: Awaited<ReturnType<typeof serveSite>>
const contexts: BrowserContext[] = []

beforeAll(async () => {
  await install(folder)
  // Nothing is asked of Expo's servers, and nothing is told to them.
  const quietly = { CI: '1', EXPO_OFFLINE: '1', EXPO_NO_TELEMETRY: '1' }
  const settings = {
    EXPO_PUBLIC_BATON_URL: BATON_URL,
    EXPO_PUBLIC_IDP_URL: DEMO_IDP_URL,
    EXPO_PUBLIC_TARGET_URL: DEMO_WEB_URL,
  }
  await npmWith({ ...quietly, ...settings }, folder, 'run', 'build')
  site = await serveSite(`${folder}/dist`, { port: 4014 })
  browser = await chromium.launch(chromiumLaunch())
})
afterEach(async () => {
  await Promise.all(contexts.splice(0).map((context) => context.close()))
})
afterAll(() => Promise.all([browser?.close(), site?.close()]))

async function newPage(options = {}): Promise<Page> {
  const context = await browser.newContext(options)
  context.setDefaultTimeout(20_000)
  contexts.push(context)
  return context.newPage()
}

/** Presses the button to sign in; gives the window of the sign-in. */
async function beginSignIn(page: Page): Promise<Page> {
  const opened = page.waitForEvent('popup')
  await page.getByRole('button', { name: 'Sign in' }).click()
  return opened
}

async function signIn(page: Page): Promise<void> {
  const popup = await beginSignIn(page)
  await popup.getByLabel('Login').fill('demo')
  await popup.getByLabel('Password').fill('demo')
  const closed = popup.waitForEvent('close')
  await popup.getByRole('button', { name: 'Sign in' }).click()
  await page.getByRole('heading', { name: 'Hello, Demo User' }).waitFor()
  await closed
}

async function signedIn(options = {}): Promise<Page> {
  const page = await newPage(options)
  await page.goto(own)
  await signIn(page)
  return page
}

const isSignedOut = (page: Page) => page.getByRole('heading', { name: 'Welcome' }).waitFor()

test('its types are right', async () => {
  await expect(npm(folder, 'run', 'check')).resolves.toBeDefined()
})

test('both systems get the pins of app.json', async () => {
  const json = (text: string) => JSON.parse(text.slice(text.indexOf('{')))
  const quietly = { CI: '1', EXPO_OFFLINE: '1', EXPO_NO_TELEMETRY: '1' }
  const printed = await npmWith(
    quietly,
    folder,
    'exec',
    '--',
    'expo',
    'config',
    '--type',
    'introspect',
    '--json',
  )
  const { ios, android } = json(printed)._internal.modResults
  const pins = [
    'TkycA7c65jU84xB/iZbZkpKZaeQQM/3rOBoFBJIJ7L4=',
    'fK06ZmbwGZuZNy6czqaSJLVxwbhjn7r0cUA4yHhC/JU=',
  ]
  expect(ios.infoPlist.NSAppTransportSecurity.NSPinnedDomains).toEqual({
    'baton.example.org': {
      NSPinnedLeafIdentities: pins.map((pin) => ({ 'SPKI-SHA256-BASE64': pin })),
    },
  })
  expect(android.manifest.manifest.application[0].$['android:networkSecurityConfig']).toBe(
    '@xml/network_security_config',
  )
  // The whole project of a system, by Expo's own template.
  const project = `${folder}/android`
  try {
    await npmWith(
      quietly,
      folder,
      'exec',
      '--',
      'expo',
      'prebuild',
      '--no-install',
      '--clean',
      '--platform',
      'android',
    )
    const file = await readFile(`${project}/app/src/main/res/xml/network_security_config.xml`, 'utf8')
    for (const pin of pins) expect(file).toContain(`<pin digest="SHA-256">${pin}</pin>`)
    expect(file).toContain('<domain includeSubdomains="false">baton.example.org</domain>')
  } finally {
    await rm(project, { recursive: true, force: true })
  }
})

test('a web view shows the pages of Baton and of the target alone', async () => {
  // Its compiler settings are there once it is installed.
  const { webViewOrigins } = await import('../../examples/expo/src/web-view-origins.ts')
  const origins = webViewOrigins('http://localhost:3000', 'https://web.example/')
  for (const url of [
    'http://localhost:3000/handoff?nonce=a',
    'https://web.example/a|b#c',
    'HTTPS://Web.example:443/',
  ])
    expect(origins.has(url), url).toBe(true)
  const elsewhere = [
    'https://login.example/',
    'https://web.example.login.example/',
    'https://web.example@login.example/',
    'http://web.example/',
    'http://localhost:30000/',
    'about:blank',
    'data:text/html,a',
    'https://',
  ]
  for (const url of elsewhere) expect(origins.has(url), url).toBe(false)
})

describe('what Metro bundles', () => {
  async function bundle(platform: string): Promise<string> {
    const place = `${folder}/dist/_expo/static/js/${platform}`
    const [name] = await readdir(place)
    return readFile(`${place}/${name}`, 'latin1')
  }

  test.each(['android', 'ios'])('for %s has the web view and the secure storage', async (platform) => {
    const code = await bundle(platform)
    const settings = ['org.example.baton:/callback', BATON_URL, DEMO_WEB_URL]
    for (const part of ['RNCWebView', 'setValueWithKeyAsync', ...settings]) expect(code).toContain(part)
    expect(code).not.toContain('sessionStorage')
  })

  test('for the web has neither, not even as what says that there is none', async () => {
    const code = await bundle('web')
    for (const part of ['sessionStorage.setItem', BATON_URL]) expect(code).toContain(part)
    for (const part of ['WebView does not support this platform', 'setValueWithKeyAsync'])
      expect(code).not.toContain(part)
  })
})

describe('in Chromium', () => {
  test('it signs in by a window of its own, and stays signed in after a reload', async () => {
    const page = await signedIn()
    expect(page.url()).toBe(`${own}/`)
    await page.reload()
    await page.getByRole('heading', { name: 'Hello, Demo User' }).waitFor()
    expect(await page.evaluate('localStorage.length')).toBe(0)
  })

  test('it can be tried again when the person has closed the window', async () => {
    const page = await newPage()
    await page.goto(own)
    const popup = await beginSignIn(page)
    await popup.getByLabel('Login').waitFor()
    await popup.close()
    await page.getByRole('button', { name: 'Sign in', disabled: false }).waitFor()
    await isSignedOut(page)
    expect(await page.getByRole('alert').count()).toBe(0)
  })

  test('it calls the backend', async () => {
    const page = await signedIn()
    await page.getByRole('button', { name: 'Call the backend' }).click()
    await page.getByText('Hello, Demo User!').waitFor()
  })

  test('a tab that it opens is signed in, and signing out ends that too', async () => {
    const page = await signedIn()
    await page.getByRole('button', { name: 'Open the web application' }).click()
    const opened = page.waitForEvent('popup')
    await page.getByRole('button', { name: 'Open in a new tab' }).click()
    const tab = await opened
    await continueAt(tab, DEMO_WEB_URL)
    await page.getByRole('button', { name: 'Close' }).click()
    await page.getByRole('button', { name: 'Sign out' }).click()
    await isSignedOut(page)
    await isSignedOutAt(tab, DEMO_WEB_URL)
  })

  test('a session that was ended elsewhere is over at the next call', async () => {
    const page = await signedIn()
    await endAllSessions(await newPage(), BATON_URL)
    await page.getByRole('button', { name: 'Call the backend' }).click()
    await isSignedOut(page)
  })

  test('signing out works without an answer, and says that Baton has not heard of it', async () => {
    const page = await signedIn()
    await page.route(`${BATON_URL}/**`, (route) => route.abort())
    await page.getByRole('button', { name: 'Sign out' }).click()
    await isSignedOut(page)
    await page.getByRole('alert').getByText('Baton has not heard of it').waitFor()
    // The next session begins without it.
    await page.unroute(`${BATON_URL}/**`)
    // The identity provider still knows the person, and asks for nothing.
    await beginSignIn(page)
    await page.getByRole('button', { name: 'Sign out' }).click()
    await isSignedOut(page)
    expect(await page.getByRole('alert').count()).toBe(0)
  })

  test.each(['light', 'dark'] as const)('it looks well in %s colours on a phone', async (colorScheme) => {
    const options = { colorScheme, viewport: { width: 390, height: 844 }, deviceScaleFactor: 2 }
    const take = (page: Page, name: string) =>
      page.screenshot({ path: `test-results/expo-${name}-${colorScheme}.png`, animations: 'disabled' })
    const stranger = await newPage(options)
    await stranger.goto(own)
    await isSignedOut(stranger)
    await take(stranger, 'signed-out')

    const page = await signedIn(options)
    await page.getByRole('button', { name: 'Call the backend' }).click()
    await page.getByText('Hello, Demo User!').waitFor()
    await take(page, 'signed-in')
    await page.getByRole('button', { name: 'Open the web application' }).click()
    await page.getByRole('button', { name: 'Open in a new tab' }).click({ trial: true })
    await take(page, 'target')

    await page.route(`${BATON_URL}/**`, (route) => route.abort())
    await page.getByRole('button', { name: 'Open in a new tab' }).click()
    await page.getByText('There was no answer.').waitFor()
    await take(page, 'failure')
    await page.reload()
    await page.getByRole('heading', { name: 'No answer' }).waitFor()
    await take(page, 'no-answer')
    await page.unroute(`${BATON_URL}/**`)
    await page.getByRole('button', { name: 'Try again' }).click()
    await page.getByRole('heading', { name: 'Hello, Demo User' }).waitFor()
  })
})
