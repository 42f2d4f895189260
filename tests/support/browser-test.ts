import {
  type BrowserContext,
  type BrowserContextOptions,
  test as base,
  expect,
  type Page,
} from 'playwright/test'
import { createWebApplication } from '../../demo/web-application/create-web-application.ts'
import { freePort } from './free-port.ts'
import './loopback-only.ts'
import { signIn } from './journey.ts'
import { listen } from './partners.ts'
import { type Stage, startStage } from './stage.ts'
import { startTrustedIssuer, type TrustedIssuer } from './trusted-issuer.ts'

export { expect }

/** Tags a test that shows the same on every device, and so runs on one. */
export const anyDevice = { tag: '@any-device' }

type ForEachTest = {
  /** Opens a browser with a cookie jar of its own, and its one page. */
  newPage(options?: BrowserContextOptions): Promise<Page>
  /** Such a page at Baton's home, with Demo User signed in. */
  source: Page
  /** Whether pages may throw, and their consoles show errors and warnings; by default the test fails. */
  mayComplain: boolean
}

type ForEachWorker = {
  stageOptions: Parameters<typeof startStage>[0]
  stage: Stage
  /** Baton's public origin. */
  url: string
  issuer: TrustedIssuer
  /** Where the demo's web application is, known before it runs: the configuration needs it. */
  webUrl: string
  /** The web application itself. */
  web: { url: string }
}

/** A test with browsers on a stage; files with the same `stageOptions` share the stage of their worker. */
export const test = base.extend<ForEachTest, ForEachWorker>({
  stageOptions: [{}, { scope: 'worker', option: true }],
  stage: [
    async ({ stageOptions }, use) => {
      const stage = await startStage(stageOptions)
      await use(stage)
      await stage.close()
    },
    { scope: 'worker', timeout: 60_000 },
  ],
  url: [({ stage }, use) => use(stage.baton.url), { scope: 'worker' }],
  issuer: [
    async ({ playwright: _ }, use) => {
      const issuer = await startTrustedIssuer()
      await use(issuer)
      await issuer.close()
    },
    { scope: 'worker' },
  ],
  webUrl: [
    async ({ playwright: _ }, use) => use(`http://127.0.0.1:${await freePort()}`),
    { scope: 'worker' },
  ],
  web: [
    async ({ url, webUrl }, use) => {
      const application = createWebApplication({ batonUrl: url, webUrl })
      const web = await listen(application, Number(new URL(webUrl).port))
      await use(web)
      await web.close()
    },
    { scope: 'worker' },
  ],
  mayComplain: [false, { option: true }],
  newPage: async ({ browser, mayComplain }, use) => {
    const contexts: BrowserContext[] = []
    const complaints: string[] = []
    await use(async (options) => {
      const context = await browser.newContext(options)
      contexts.push(context)
      keepComplaints(context, complaints)
      return context.newPage()
    })
    // Closing breaks off what is on its way.
    const heard = [...complaints]
    await Promise.all(contexts.map((context) => context.close()))
    if (!mayComplain) expect(heard, 'what pages threw, and their consoles showed').toEqual([])
  },
  page: async ({ newPage }, use) => use(await newPage()),
  source: async ({ newPage, url }, use) => {
    const page = await newPage()
    await signIn(page, url)
    await use(page)
  },
})

function keepComplaints(context: BrowserContext, complaints: string[]): void {
  context.on('weberror', (error) => complaints.push(`${error.page()?.url()}: ${error.error().message}`))
  context.on('console', (message) => {
    if (message.type() !== 'error' && message.type() !== 'warning') return
    // Chromium reports every page with an error status as a failed resource; such a page may be what is
    // tested.
    if (/status of (410|422)/.test(message.text()) && message.location().url.includes('/handoff')) return
    complaints.push(`${message.page()?.url()}: ${message.text()}`)
  })
}
