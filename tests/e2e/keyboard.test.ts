import type { Page } from 'playwright/test'
import { expect, test } from '../support/browser-test.ts'
import { askForNonce, sessionOf } from '../support/journey.ts'

test('the whole journey can be made with Tab and Enter, and one sees where one is', async ({
  page: source,
  newPage,
  url,
}) => {
  await source.goto(url)
  await press(source, 'Sign in')
  await source.waitForURL(/\/sign-in/)
  await press(source, /^Continue with/)
  await expect(source.getByLabel('Login')).toBeFocused()
  await source.keyboard.type('demo')
  await source.keyboard.press('Tab')
  await source.keyboard.type('demo')
  await source.keyboard.press('Enter')
  await source.getByRole('heading', { name: 'You are signed in' }).waitFor()

  await press(source, 'Call the backend')
  await source.getByText('{"greeting":"Hello, Demo User!"}').waitFor()
  await press(source, 'Show a code')
  await source.getByRole('textbox', { name: 'Hand-off link' }).waitFor()
  await press(source, 'Hide the code')
  await source.getByRole('button', { name: 'Show a code' }).waitFor()

  const target = await newPage()
  await target.goto((await askForNonce(source)).handoff_uri)
  await press(target, 'Continue')
  await target.waitForURL(`${url}/`)
  expect((await sessionOf(target, url))?.user.name).toBe('Demo User')
  await press(target, 'Sign out')
  await target.getByRole('heading', { name: 'You are signed out' }).waitFor()
  expect(await sessionOf(target, url)).toBeNull()
})

test('Cancel on the hand-off page is reached by Tab, and its nonce signs nobody in any more', async ({
  page: source,
  newPage,
  stage,
  url,
}) => {
  await source.goto(`${url}/sign-in`)
  await press(source, /^Continue with/)
  await expect(source.getByLabel('Login')).toBeFocused()
  await source.keyboard.type('bob')
  await source.keyboard.press('Tab')
  await source.keyboard.type('bob')
  await source.keyboard.press('Enter')
  await source.getByRole('heading', { name: 'You are signed in' }).waitFor()
  const { nonce, handoff_uri } = await askForNonce(source)
  const target = await newPage()
  await target.goto(handoff_uri)
  await press(target, 'Cancel')
  await target.getByRole('heading', { name: 'Baton' }).waitFor()
  expect((await stage.newcomer().redeem(nonce)).status).toBe(410)
})

/** Tabs on until the element of this text has the focus, sees that it shows, and presses Enter. */
async function press(page: Page, name: string | RegExp): Promise<void> {
  const focused: string[] = []
  // The script of the page has to be there before what it does.
  await page.waitForLoadState('networkidle')
  for (let tabs = 0; tabs < 30; tabs++) {
    await page.keyboard.press('Tab')
    const { text, outline } = await page.evaluate(() => {
      const element = document.activeElement ?? document.body
      const { outlineStyle, outlineWidth } = getComputedStyle(element)
      return { text: element.textContent?.trim() ?? '', outline: `${outlineStyle} ${outlineWidth}` }
    })
    focused.push(text)
    if (typeof name === 'string' ? text !== name : !name.test(text)) continue
    expect(outline).toBe('solid 3px')
    return page.keyboard.press('Enter')
  }
  throw new Error(`Tab did not reach ${name}, only ${focused.join(', ')}`)
}
