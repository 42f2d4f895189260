import {
  type BrowserContext,
  type BrowserContextOptions,
  test as base,
  expect,
  type Page,
} from 'playwright/test'
import { type BrowserStage, startBrowserStage } from './browser-stage.ts'
import { signInOverHttp } from './journey.ts'
import './loopback-only.ts'

export { expect }

/** Tags a test whose outcome does not depend on the device: it runs on one of them. */
export const anyDevice = { tag: '@any-device' }

type ForEachTest = {
  /** Opens a browser with a cookie jar of its own, and its one page. */
  newPage(options?: BrowserContextOptions): Promise<Page>
  /** Such a page at Baton's home, with Demo User signed in. */
  source: Page
  /** Whether pages may throw and their consoles may show errors and warnings; the test fails by default. */
  mayComplain: boolean
}

type ForEachWorker = {
  /** The section of Baton's configuration; files with the same one share a stage. */
  handoff: object
  /** Further sections. */
  settings: object
  stage: BrowserStage
  /** Baton's public origin. */
  url: string
}

/** A test with browsers on a stage. */
export const test = base.extend<ForEachTest, ForEachWorker>({
  handoff: [{ nonceTtl: 120 }, { scope: 'worker', option: true }],
  settings: [{}, { scope: 'worker', option: true }],
  stage: [
    async ({ handoff, settings }, use) => {
      const stage = await startBrowserStage(handoff, settings)
      await use(stage)
      await stage.close()
    },
    { scope: 'worker', timeout: 60_000 },
  ],
  url: [({ stage }, use) => use(stage.baton.url), { scope: 'worker' }],
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
    // Closing aborts requests, and pages may complain of that.
    const heard = [...complaints]
    await Promise.all(contexts.map((context) => context.close()))
    if (!mayComplain) expect(heard, 'what pages threw, and what their consoles showed').toEqual([])
  },
  page: async ({ newPage }, use) => use(await newPage()),
  source: async ({ newPage, url }, use) => {
    const page = await newPage()
    await signInOverHttp(page, url)
    await page.goto(url)
    await page.getByRole('heading', { name: 'You are signed in' }).waitFor()
    await use(page)
  },
})

function keepComplaints(context: BrowserContext, complaints: string[]): void {
  context.on('weberror', (error) => complaints.push(`${error.page()?.url()}: ${error.error().message}`))
  context.on('console', (message) => {
    if (message.type() !== 'error' && message.type() !== 'warning') return
    // Chromium reports every page with an error status as a failed resource; such a page may be what is
    // tested.
    const isExpected = /status of (404|410|422)/.test(message.text())
    if (isExpected && /\/(handoff|device)\b/.test(message.location().url)) return
    complaints.push(`${message.page()?.url()}: ${message.text()}`)
  })
}
