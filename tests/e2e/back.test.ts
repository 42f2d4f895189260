import type { Page } from 'playwright/test'
import { anyDevice, expect, test } from '../support/browser-test.ts'
import { sessionOf } from '../support/journey.ts'
import { relyingParty } from '../support/relying-party.ts'

// What a way back shows has an error status where it is a dead link.
test.use({ mayComplain: true })

const headingOn = (page: Page) => page.getByRole('heading', { level: 1 }).textContent()

for (const javaScriptEnabled of [true, false])
  test.describe(javaScriptEnabled ? 'with JavaScript' : 'without JavaScript', anyDevice, () => {
    test('the way back to a hand-off that was cancelled says so, without a form', async ({
      newPage,
      stage,
      url,
    }) => {
      const page = await newPage({ javaScriptEnabled })
      await page.goto((await (await stage.signedIn()).askForNonce()).handoff_uri)
      await page.getByRole('button', { name: 'Cancel' }).click()
      await page.waitForURL(`${url}/`)
      await page.goBack()
      await page.getByRole('heading', { name: 'This link was cancelled' }).waitFor()
      expect(await page.title()).toBe('This link was cancelled · Baton')
      expect(await page.locator('main form').count()).toBe(0)
    })

    test('a hand-off that is done leads on, and after a sign-out says that it was used', async ({
      newPage,
      stage,
      url,
    }) => {
      const page = await newPage({ javaScriptEnabled })
      await page.goto((await (await stage.signedIn()).askForNonce()).handoff_uri)
      await page.getByRole('button', { name: 'Continue' }).click()
      await page.waitForURL(`${url}/`)
      const sid = (await sessionOf(page, url))?.sid
      await page.goBack()
      await page.waitForURL(`${url}/`)
      expect((await sessionOf(page, url))?.sid).toBe(sid)

      await page.goto(`${url}/sign-out`)
      await page.locator('main form[action="/sign-out"] button').first().click()
      await expect.poll(() => sessionOf(page, url)).toBeNull()
      await page.goto(`${url}/handoff`)
      await page.getByRole('heading', { name: 'This link has been used' }).waitFor()
      expect(await page.locator('main form').count()).toBe(0)
    })

    test('the way back to a consent that was answered has no form that cannot work', async ({
      newPage,
      stage,
      url,
    }) => {
      const page = await newPage({ javaScriptEnabled })
      await page.goto((await (await stage.signedIn()).askForNonce()).handoff_uri)
      await page.getByRole('button', { name: 'Continue' }).click()
      await page.waitForURL(`${url}/`)
      for (const answer of ['Continue', 'Cancel']) {
        const { url: request } = await (await relyingParty(url, 'stranger')).begin({ prompt: 'consent' })
        request.searchParams.set('redirect_uri', `${stage.landing.url}/callback`)
        await page.goto(request.href)
        await page.getByRole('heading', { name: 'Sign in to Application stranger?' }).waitFor()
        await page.getByRole('button', { name: answer }).click()
        await page.waitForURL(`${stage.landing.url}/callback**`)
        await page.goBack()
        await page.getByRole('heading', { name: 'This page does not work any more' }).waitFor()
        expect(await page.locator('main form').count()).toBe(0)
      }
    })
  })

test('a page that the browser has kept as it was is loaded anew', anyDevice, async ({ page, stage, url }) => {
  await page.goto((await (await stage.signedIn()).askForNonce()).handoff_uri)
  await page.getByRole('heading', { name: 'Continue as Demo User?' }).waitFor()
  // In another tab, meanwhile.
  const tab = await page.context().newPage()
  await tab.goto(`${url}/handoff`)
  await tab.getByRole('button', { name: 'Cancel' }).click()
  await tab.waitForURL(`${url}/`)
  // As a browser says it that shows a page of before (HTML, the `pageshow` event).
  await page.evaluate(() => dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true })))
  await page.getByRole('heading', { name: 'This link was cancelled' }).waitFor()
  expect(await headingOn(page)).toBe('This link was cancelled')
})
