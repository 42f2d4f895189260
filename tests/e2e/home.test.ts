import { anyDevice, expect, test } from '../support/browser-test.ts'
import { sessionOf, signIn } from '../support/journey.ts'
import { expectGoodLooks } from '../support/looks.ts'

test('one click opens an application, signed in there as here', async ({ source, stage, url }) => {
  const here = await sessionOf(source, url)
  await source.getByRole('link', { name: /^Open in Application demo-web/ }).click()
  await source.waitForURL(`${stage.web.url}/`)
  const me = await (await source.request.get(`${stage.web.url}/me`)).json()
  expect(here?.user).toMatchObject({ id: me.sub })
  // Nothing of Baton's address is known there.
  expect(await source.evaluate(() => document.referrer)).toBe('')
  // And it is the same session: its end here is told there.
  expect(await sessionOf(source, url)).toEqual(here)
})

test('a long answer of a backend fits the screen', async ({ source, url }) => {
  await source.goto(url)
  await source.getByLabel('Path at demo').fill(`/api/authenticated/echo?x=${'a'.repeat(400)}`)
  await source.getByRole('button', { name: 'Call the backend' }).click()
  await source.getByText('Status 200').waitFor()
  await expectGoodLooks(source, 'the home page with a long answer')
})

test('without its script the tool for developers sends nothing', anyDevice, async ({ newPage, url }) => {
  const page = await newPage({ javaScriptEnabled: false })
  await signIn(page, url)
  await expect(page.getByRole('button', { name: 'Call the backend' })).toBeDisabled()
  await page.getByLabel('Path at demo').press('Enter')
  await expect(page).toHaveURL(`${url}/`)
})

for (const path of ['/', '/sessions', '/activity'])
  test(
    `after a sign-out the way back to ${path} shows nobody signed in`,
    anyDevice,
    async ({ newPage, url }) => {
      const page = await newPage()
      await signIn(page, url)
      await page.goto(url + path)
      await page.goto(`${url}/sign-out`)
      await page.getByRole('button', { name: 'Sign out', exact: true }).click()
      await page.getByRole('heading', { name: 'You are signed out' }).waitFor()
      await expect(page).toHaveTitle('You are signed out · Baton')
      for (let steps = 0; steps < 2; steps++) {
        await page.goBack()
        await page.waitForLoadState()
        await expect(page.getByText('Demo User')).toHaveCount(0)
        await expect(page.getByRole('heading', { level: 1 })).toHaveText(
          /^(You are signed out|Baton|Sign in)$/,
        )
      }
    },
  )

test(
  'a page that comes back out of the memory of a browser is loaded anew',
  anyDevice,
  async ({ source, url }) => {
    await source.goto(`${url}/sessions`)
    await source.getByRole('heading', { name: 'Your sessions', level: 1 }).waitFor()
    await source.waitForLoadState('networkidle')
    await source.context().clearCookies()
    await source.evaluate(() => dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true })))
    await source.waitForURL(/\/sign-in/)
  },
)
