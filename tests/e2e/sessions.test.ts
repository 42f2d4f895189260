import type { Page } from 'playwright/test'
import { anyDevice, expect, test } from '../support/browser-test.ts'
import { askForNonce, sessionOf } from '../support/journey.ts'
import { expectGoodLooks } from '../support/looks.ts'

const tree = (page: Page) => page.getByRole('main').getByRole('listitem').filter({ hasText: 'Since' })

/** Has another browser go on with the session of this one, by a link. */
async function handOver(source: Page, target: Page, url: string): Promise<string> {
  const { handoff_uri } = await askForNonce(source)
  await target.goto(handoff_uri)
  await target.getByRole('button', { name: 'Continue' }).click()
  await target.waitForURL(`${url}/`)
  return handoff_uri
}

test('a hand-off appears by itself, and ends by a click: the other browser is signed out', async ({
  source,
  newPage,
  url,
}) => {
  await source.getByRole('link', { name: 'Your sessions' }).click()
  await source.getByRole('heading', { name: 'Your sessions', level: 1 }).waitFor()
  await expect(tree(source).filter({ hasText: 'This browser' })).toHaveCount(1)

  const target = await newPage()
  await handOver(source, target, url)
  await target.goto(`${url}/sessions`)
  const sid = (await sessionOf(target, url))?.sid
  const child = tree(source)
    .filter({ has: source.locator(`input[value="${sid}"]`) })
    .last()
  await expect(child).toContainText('Handed over')
  await expectGoodLooks(source, 'the sessions of a person')
  // The other browser sees itself alone.
  await expect(tree(target)).toHaveCount(1)
  await expectGoodLooks(target, 'the sessions of a hand-off')

  await source.locator(`form:has(input[value="${sid}"])`).getByRole('button', { name: /^End/ }).click()
  await expect(source.locator(`input[value="${sid}"]`)).toHaveCount(0)
  // By itself.
  await target.waitForURL(/\/sign-in\?callbackUrl=/)
  expect(await sessionOf(target, url)).toBeNull()
  expect(await sessionOf(source, url)).not.toBeNull()
})

test(
  'a replay shows as a notice by itself, and on the timeline',
  anyDevice,
  async ({ source, newPage, url }) => {
    await source.goto(`${url}/sessions`)
    const notices = source.getByRole('region', { name: 'Notices' })
    const activity = await source.context().newPage()
    await activity.goto(`${url}/activity`)
    await activity.getByRole('heading', { name: 'Activity', level: 1 }).waitFor()

    const [target, thief] = [await newPage(), await newPage()]
    const { handoff_uri } = await askForNonce(source)
    for (const page of [target, thief]) await page.goto(handoff_uri)
    await target.getByRole('button', { name: 'Continue' }).click()
    await target.waitForURL(`${url}/`)
    const signedIn = activity.getByRole('article').first()
    await expect(signedIn).toContainText('Signed in')
    await thief.getByRole('button', { name: 'Continue' }).click()
    await thief.getByRole('heading', { name: 'This link does not work any more' }).waitFor()

    await expect(notices).toContainText('Another browser tried to use a link that was used already.')
    await expect(activity.getByRole('article').first()).toContainText('Tried again')
    await expectGoodLooks(source, 'a notice')
    await expectGoodLooks(activity, 'the timeline')
    await notices.getByRole('link', { name: 'See what happened' }).click()
    await source.getByRole('heading', { name: 'Activity', level: 1 }).waitFor()
  },
)

for (const javaScriptEnabled of [true, false])
  test(
    `this browser is asked before its session ends (JavaScript: ${javaScriptEnabled})`,
    anyDevice,
    async ({ source, newPage, url }) => {
      const target = await newPage({ javaScriptEnabled })
      await handOver(source, target, url)
      await target.goto(`${url}/sessions`)
      await target.getByRole('link', { name: /^End/ }).click()
      await target.getByRole('heading', { name: 'End this session?' }).waitFor()
      await expectGoodLooks(target, 'the question whether to end this session')
      await target.getByRole('link', { name: 'Cancel' }).click()
      await target.getByRole('link', { name: /^End/ }).click()
      await target.getByRole('button', { name: 'End' }).click()
      await target.waitForURL(`${url}/sign-out`)
      await target.getByRole('heading', { name: 'You are signed out' }).waitFor()
      expect(await sessionOf(target, url)).toBeNull()
      expect(await sessionOf(source, url)).not.toBeNull()
    },
  )

test('a person ends everything with the keyboard alone', anyDevice, async ({ source, newPage, url }) => {
  const target = await newPage()
  await handOver(source, target, url)
  await source.goto(`${url}/sessions`)
  const all = source.getByRole('link', { name: 'Sign out everywhere' })
  for (let tabs = 0; tabs < 60 && !(await all.evaluate((link) => link === document.activeElement)); tabs++)
    await source.keyboard.press('Tab')
  await expect(all).toBeFocused()
  expect(await all.evaluate((link) => getComputedStyle(link).outlineWidth)).toBe('3px')
  await source.keyboard.press('Enter')
  await source.getByRole('heading', { name: 'Sign out everywhere?' }).waitFor()
  for (let tabs = 0; tabs < 3; tabs++) {
    await source.keyboard.press('Tab')
    if ((await source.evaluate(() => document.activeElement?.tagName)) === 'BUTTON') break
  }
  await source.keyboard.press('Enter')
  await source.waitForURL(`${url}/sign-out`)
  for (const page of [source, target]) expect(await sessionOf(page, url)).toBeNull()
})

test('without JavaScript both pages are as they were loaded', anyDevice, async ({ source, newPage, url }) => {
  const target = await newPage({ javaScriptEnabled: false })
  await handOver(source, target, url)
  for (const [path, heading] of [
    ['/sessions', 'Your sessions'],
    ['/activity', 'Activity'],
  ] as const) {
    await target.goto(url + path)
    await target.getByRole('heading', { name: heading, level: 1 }).waitFor()
    await expectGoodLooks(target, path)
  }
})
