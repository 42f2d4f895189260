import { cp, mkdtemp, readdir, readFile, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join, resolve } from 'node:path'
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright/test'
import { afterAll, afterEach, beforeAll, describe, expect, inject, test } from 'vitest'
import { chromiumLaunch } from '../support/chromium.ts'
import { startCapacitorApp } from './support/capacitor-device.ts'
import { inChromium } from './support/chromium-web-view.ts'
import { endAllSessions } from './support/end-all-sessions.ts'
import { continueAt, isSignedOutAt } from './support/handed-over.ts'
import { install, npm, npmWith } from './support/install.ts'
import { type Running, startProcess } from './support/start-process.ts'
import { signInInBrowser } from './support/system-browser.ts'
import { inWebKit } from './support/webkit-web-view.ts'

const folder = 'examples/capacitor'
const built = `${folder}/dist`
const own = 'http://127.0.0.1:4015'
const { BATON_URL, DEMO_IDP_URL, DEMO_WEB_URL } = inject('demo')

let browser: Browser
let example: Running
const contexts: BrowserContext[] = []

beforeAll(async () => {
  await install(folder)
  const env = { BATON_URL, IDP_URL: DEMO_IDP_URL }
  example = await startProcess({ command: ['npm', 'start'], cwd: folder, env, ready: /Local:/ })
  browser = await chromium.launch(chromiumLaunch())
})
afterEach(async () => {
  await Promise.all(contexts.splice(0).map((context) => context.close()))
})
afterAll(() => Promise.all([browser?.close(), example?.stop()]))

async function newPage(options = {}): Promise<Page> {
  const context = await browser.newContext(options)
  context.setDefaultTimeout(20_000)
  contexts.push(context)
  return context.newPage()
}

test('its types are right', async () => {
  await expect(npm(folder, 'run', 'check')).resolves.toBeDefined()
})

test('its native projects have the plug-ins that it uses, and the origins that Baton knows', async () => {
  const copy = await mkdtemp(join(tmpdir(), 'baton-capacitor-'))
  try {
    await cp(folder, copy, { recursive: true, filter: (path) => basename(path) !== 'node_modules' })
    await symlink(resolve(folder, 'node_modules'), join(copy, 'node_modules'))
    for (const [platform, place] of [
      ['android', 'android/app/src/main/assets'],
      ['ios', 'ios/App/App'],
    ] as const) {
      const said = await npmWith({ CI: '1' }, copy, 'exec', '--', 'cap', 'add', platform)
      for (const plugIn of ['@aparajita/capacitor-secure-storage', '@capacitor/app', '@capacitor/browser'])
        expect(said).toContain(`${plugIn}@`)
      const config = JSON.parse(await readFile(join(copy, place, 'capacitor.config.json'), 'utf8'))
      // Without `server`, scheme and host are Capacitor's own.
      expect(config).toEqual(expect.objectContaining({ appId: 'org.example.baton.capacitor' }))
      expect(config).not.toHaveProperty('server')
      expect(await readdir(join(copy, place, 'public'))).toContain('index.html')
    }
  } finally {
    await rm(copy, { recursive: true })
  }
})

describe('as a page', () => {
  async function signedIn(options = {}): Promise<Page> {
    const page = await newPage(options)
    await page.goto(own)
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.getByLabel('Login').fill('demo')
    await page.getByLabel('Password').fill('demo')
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.getByRole('heading', { name: 'Hello, Demo User' }).waitFor()
    return page
  }

  test('it signs in by a redirect, and leaves no code in the address bar', async () => {
    const page = await signedIn()
    expect(page.url()).toBe(`${own}/`)
    await page.reload()
    await page.getByRole('heading', { name: 'Hello, Demo User' }).waitFor()
  })

  test('a tab that it opens is signed in, and signing out ends that too', async () => {
    const page = await signedIn()
    await page.getByRole('button', { name: 'Call the backend' }).click()
    await page.getByText('Hello, Demo User!').waitFor()
    const opened = page.waitForEvent('popup')
    await page.getByRole('button', { name: 'Open the web application' }).click()
    const tab = await opened
    await continueAt(tab, DEMO_WEB_URL)
    await page.getByRole('button', { name: 'Sign out' }).click()
    await page.getByRole('heading', { name: 'Welcome' }).waitFor()
    await isSignedOutAt(tab, DEMO_WEB_URL)
  })

  test('a tab that it opens does not reach it, even before the link is there', async () => {
    const page = await signedIn()
    const asked = Promise.withResolvers<void>()
    await page.route(`${BATON_URL}/api/nonce`, async (route) => {
      await asked.promise
      await route.continue()
    })
    const opened = page.waitForEvent('popup')
    await page.getByRole('button', { name: 'Open the web application' }).click()
    const tab = await opened
    expect(await tab.evaluate('window.opener')).toBeNull()
    asked.resolve()
    await continueAt(tab, DEMO_WEB_URL)
  })

  test('it runs no script of another origin', async () => {
    const page = await newPage()
    await page.goto(own)
    const refused = await page.evaluate(
      (src) =>
        new Promise((resolve) => {
          document.addEventListener('securitypolicyviolation', (event) => resolve(event.effectiveDirective))
          document.head.append(Object.assign(document.createElement('script'), { src }))
        }),
      `${DEMO_WEB_URL}/script.js`,
    )
    expect(refused).toBe('script-src-elem')
  })

  test('signing out works without an answer, and says that Baton was not told', async () => {
    const page = await signedIn()
    await page.route(`${BATON_URL}/**`, (route) => route.abort())
    await page.getByRole('button', { name: 'Sign out' }).click()
    await page.getByText('You are signed out here, but Baton could not be told.').waitFor()
    await page.getByRole('heading', { name: 'Welcome' }).waitFor()
  })

  test.each(['light', 'dark'] as const)('it looks well in %s colours on a phone', async (colorScheme) => {
    const options = { colorScheme, viewport: { width: 390, height: 844 }, deviceScaleFactor: 2 }
    const page = await newPage(options)
    await page.goto(own)
    await page.getByRole('button', { name: 'Sign in' }).waitFor()
    await page.screenshot({ path: `test-results/capacitor-signed-out-${colorScheme}.png` })
    const known = await signedIn(options)
    await known.getByRole('button', { name: 'Call the backend' }).click()
    await known.getByText('Hello, Demo User!').waitFor()
    await known.screenshot({ path: `test-results/capacitor-signed-in-${colorScheme}.png` })
    await known.route(`${BATON_URL}/**`, (route) => route.abort())
    await known.getByRole('button', { name: 'Call the backend' }).click()
    await known.getByText('There was no answer.').waitFor()
    await known.screenshot({ path: `test-results/capacitor-failure-${colorScheme}.png` })
    await known.reload()
    await known.getByRole('heading', { name: 'No answer' }).waitFor()
    await known.unroute(`${BATON_URL}/**`)
    await known.getByRole('button', { name: 'Try again' }).click()
    await known.getByRole('heading', { name: 'Hello, Demo User' }).waitFor()
  })
})

describe.each([
  { platform: 'ios', origin: 'capacitor://localhost', show: inWebKit(built) },
  { platform: 'android', origin: 'https://localhost', show: inChromium(built) },
] as const)('in the web view of $platform, at $origin', ({ platform, origin, show }) => {
  let app: Awaited<ReturnType<typeof startCapacitorApp>>

  beforeAll(async () => {
    app = await startCapacitorApp(show, platform)
  })
  afterAll(() => app?.close())

  test('it signs in in the system’s browser, also when the app was ended meanwhile', async () => {
    await app.shows('Welcome')
    expect(await app.run('location.origin')).toBe(origin)
    await app.press('Sign in')
    const callback = await signInInBrowser(browser, await app.opened())
    await app.restart()
    // A link of another kind is for another part of an app.
    await app.openBy('org.example.baton:/orders/7')
    await app.openBy(callback)
    await app.shows('Hello, Demo User')
    expect(app.closed()).toBe(1)
  })

  test('its session is in the secure storage alone, and survives a restart', async () => {
    const stored = '[localStorage.length, sessionStorage.length, document.cookie]'
    expect(await app.run(stored)).toEqual([0, 0, ''])
    expect([...app.secrets]).toEqual([
      ['capacitor-storage_baton.session', { data: expect.any(String), access: 1, sync: false }],
    ])
    await app.restart()
    await app.shows('Hello, Demo User')
  })

  test('it calls the backend', async () => {
    await app.press('Call the backend')
    await app.shows('Hello, Demo User!')
  })

  test('what it opens is signed in, and signing out ends that too', async () => {
    await app.press('Open the web application')
    const page = await newPage()
    await page.goto(await app.opened())
    await continueAt(page, DEMO_WEB_URL)
    await app.press('Sign out')
    await app.shows('Welcome')
    expect(app.secrets.size).toBe(0)
    await isSignedOutAt(page, DEMO_WEB_URL)
  })

  test('a link of somebody else signs nobody in, and disturbs no sign-in that waits', async () => {
    await app.press('Sign in')
    const callback = await signInInBrowser(browser, await app.opened())
    await app.openBy('org.example.baton:/callback?code=stolen&state=guessed')
    await app.shows('Welcome')
    expect(await app.run('document.getElementById("failure").textContent')).toBe('')
    await app.openBy(callback)
    await app.shows('Hello, Demo User')
  })

  test('a session that was ended elsewhere is over at the next call', async () => {
    await app.shows('Hello, Demo User')
    await endAllSessions(await newPage(), BATON_URL)
    await app.press('Call the backend')
    await app.shows('Welcome')
  })
})
