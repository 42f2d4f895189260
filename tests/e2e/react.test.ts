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

/** The tab that a button opens. It has no way back to its page. */
async function tabOf(page: Page, button: string): Promise<Page> {
  const opened = page.context().waitForEvent('page')
  await page.getByRole('button', { name: button }).click()
  const tab = await opened
  await tab.getByText('Continue only if you are Demo User').waitFor()
  expect(await tab.evaluate(() => window.opener)).toBeNull()
  await tab.getByRole('button', { name: 'Continue' }).click()
  return tab
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
    const tab = await tabOf(page, 'Open Baton')
    await tab.waitForURL(`${url}/`)
    expect((await sessionOf(tab, url))?.user.name).toBe('Demo User')

    await page.getByRole('button', { name: 'Sign out' }).click()
    await page.getByRole('button', { name: 'Sign in' }).waitFor()
    await expect.poll(() => sessionOf(tab, url)).toBeNull()
  },
)
