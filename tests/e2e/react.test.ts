import type { Page } from 'playwright/test'
import { anyDevice, test as base, expect } from '../support/browser-test.ts'
import { sessionOf } from '../support/journey.ts'
import { type ReactStage, startReactStage } from '../support/react-stage.ts'

const test = base.extend<object, { app: ReactStage }>({
  app: [
    async ({ browserName: _ }, use) => {
      const app = await startReactStage()
      await use(app)
      await app.close()
    },
    { scope: 'worker', timeout: 60_000 },
  ],
})

async function signInAtProvider(page: Page): Promise<void> {
  await page.getByLabel('Login').fill('demo')
  await page.getByLabel('Password').fill('demo')
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.getByRole('heading', { name: 'Demo User' }).waitFor()
}

/** The tab that a button opens, once it is signed in. It has no way back to its page. */
async function tabOf(page: Page, button: string, approve?: (tab: Page) => Promise<void>): Promise<Page> {
  const opened = page.context().waitForEvent('page')
  const over = endOfWatch(page)
  await page.getByRole('button', { name: button }).click()
  const tab = await opened
  await tab.getByText('Continue only if you are Demo User').waitFor()
  expect(await tab.evaluate(() => window.opener)).toBeNull()
  await tab.getByRole('button', { name: 'Continue' }).click()
  await approve?.(tab)
  await over
  return tab
}

/** Resolves when the page has heard that its hand-off is spent, and asks no more. */
async function endOfWatch(page: Page): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  const address = '**/api/nonce/status?*'
  await page.route(address, async (route) => {
    const response = await route.fetch()
    await route.fulfill({ response })
    if ((await response.json()).state === 'spent') resolve()
  })
  await promise
  await page.unroute(address)
}

/** Says yes to the question of a page, if it has the number of the tab. */
const sayYes = (page: Page) => async (tab: Page) => {
  const shown = (await tab.getByText(/^The number is \d\d$/).textContent())?.slice(-2)
  const question = page.getByRole('alertdialog', { name: `Does it show the number ${shown}?` })
  await question.getByRole('button', { name: `Yes, it shows ${shown}` }).click()
  await question.waitFor({ state: 'detached' })
}

test(
  'a page of Baton’s origin signs in, calls a backend, opens an application and signs out, by its cookie',
  anyDevice,
  async ({ newPage, app: { url, webUrl } }) => {
    const page = await newPage()
    await page.goto(`${url}/app?tab=1`)
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.getByRole('button', { name: /Continue with/ }).click()
    await signInAtProvider(page)
    expect(page.url()).toBe(`${url}/app?tab=1`)
    await page.getByRole('button', { name: 'Greet' }).click()
    await page.getByText('Hello, Demo User!').waitFor()

    const tab = await tabOf(page, 'Open the application')
    await tab.waitForURL(`${webUrl}/`)
    await tab.getByText('Demo User').first().waitFor()

    const asking = await tabOf(page, 'Open it after a yes', sayYes(page))
    await asking.waitForURL(`${webUrl}/`)
    await asking.getByText('Demo User').first().waitFor()

    const other = await page.context().newPage()
    await other.goto(`${url}/app`)
    await other.getByRole('button', { name: 'Sign out' }).click()
    for (const one of [other, page]) await one.getByRole('button', { name: 'Sign in' }).waitFor()
    expect(await sessionOf(page, url)).toBeNull()
  },
)

test(
  'a page of another origin does the same by a client, and its sign-out ends what it has opened',
  anyDevice,
  async ({ newPage, app: { url, foreignUrl, webUrl } }) => {
    const page = await newPage()
    await page.goto(`${foreignUrl}/app`)
    await page.getByRole('button', { name: 'Sign in' }).click()
    await signInAtProvider(page)
    expect(page.url()).toBe(`${foreignUrl}/app`)
    await page.getByRole('button', { name: 'Greet' }).click()
    await page.getByText('Hello, Demo User!').waitFor()

    const application = await tabOf(page, 'Open the application')
    await application.waitForURL(`${webUrl}/`)
    await application.getByText('Demo User').first().waitFor()
    const asking = await tabOf(page, 'Open it after a yes', sayYes(page))
    await asking.waitForURL(`${webUrl}/`)
    const tab = await tabOf(page, 'Open Baton')
    await tab.waitForURL(`${url}/`)
    expect((await sessionOf(tab, url))?.user.name).toBe('Demo User')

    await page.getByRole('button', { name: 'Sign out' }).click()
    await page.getByRole('button', { name: 'Sign in' }).waitFor()
    await expect.poll(() => sessionOf(tab, url)).toBeNull()
  },
)
