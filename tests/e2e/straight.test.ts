import type { Page } from 'playwright/test'
import { anyDevice, expect, test } from '../support/browser-test.ts'
import { sessionOf } from '../support/journey.ts'

test.use({ settings: { autoSignIn: true } })

/** Signs in at the provider, which knows the person from then on. */
async function signIn(page: Page, url: string): Promise<void> {
  await page.goto(`${url}/sign-in`)
  // No page of Baton's between.
  await page.getByLabel('Login').fill('demo')
  await page.getByLabel('Password').fill('demo')
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.getByRole('heading', { name: 'You are signed in' }).waitFor()
}

/** Waits for the page with one button; a browser that went straight would be signed in by the provider. */
async function expectSignInPage(page: Page, url: string): Promise<void> {
  await page.waitForURL(`${url}/sign-in*`)
  await page.getByRole('button', { name: 'Continue with Demo identity provider' }).waitFor()
  expect(await sessionOf(page, url)).toBeNull()
}

/** Has the pause pass that keeps a browser from going round. */
async function afterThePause(page: Page): Promise<void> {
  const cookies = await page.context().cookies()
  const isPause = cookies.some(({ name, value }) => name === 'baton.straight' && value === 'gone')
  if (isPause) await page.context().clearCookies({ name: 'baton.straight' })
}

test('a tab whose session ends elsewhere stays signed out', anyDevice, async ({ newPage, url }) => {
  const [here, lost] = [await newPage(), await newPage()]
  for (const page of [here, lost]) {
    await signIn(page, url)
    await afterThePause(page)
    await page.goto(`${url}/sessions`)
    await page.getByRole('heading', { name: 'Your sessions', level: 1 }).waitFor()
  }
  const tab = await here.context().newPage()
  await tab.goto(`${url}/sessions`)
  await tab.getByRole('link', { name: 'Sign out everywhere' }).click()
  await tab.getByRole('button', { name: 'Sign out everywhere' }).click()
  await tab.getByRole('heading', { name: 'You are signed out' }).waitFor()

  // By themselves.
  for (const page of [here, lost]) await expectSignInPage(page, url)
  for (const page of [here, lost]) {
    await page.goto(url)
    await expectSignInPage(page, url)
    await page.reload()
    await expectSignInPage(page, url)
  }
  // One press, as the provider still knows the person.
  await lost.getByRole('button', { name: 'Continue with Demo identity provider' }).click()
  await lost.getByRole('heading', { name: 'You are signed in' }).waitFor()
})

for (const javaScriptEnabled of [true, false])
  test(
    `the way back after a sign-out signs nobody in (JavaScript: ${javaScriptEnabled})`,
    anyDevice,
    async ({ newPage, url }) => {
      const page = await newPage({ javaScriptEnabled })
      await signIn(page, url)
      await afterThePause(page)
      for (const path of ['/device', '/sessions']) await page.goto(url + path)
      await page.goto(`${url}/sign-out`)
      await page.getByRole('button', { name: 'Sign out', exact: true }).last().click()
      await page.getByRole('heading', { name: 'You are signed out' }).waitFor()
      for (const path of ['/sessions', '/device']) {
        await page.goBack()
        if (new URL(page.url()).pathname === '/sign-out') await page.goBack()
        await expectSignInPage(page, url)
        expect(new URL(page.url()).searchParams.get('callbackUrl')).toBe(path)
      }
    },
  )
