import { anyDevice, test as base, expect } from '../support/browser-test.ts'
import { expectGoodLooks } from '../support/looks.ts'
import { startStage } from '../support/stage.ts'

/** Tests with a Baton that has nothing in its configuration file. */
const test = base.extend<object, { unconfigured: string }>({
  unconfigured: [
    async ({ browser: _ }, use) => {
      const stage = await startStage({ config: () => ({}) })
      await use(stage.baton.url)
      await stage.close()
    },
    { scope: 'worker', timeout: 60_000 },
  ],
})

const uriOf = (url: string) => `${url}/api/auth/callback/login`

for (const colorScheme of ['light', 'dark'] as const)
  test(`a new installation shows what to set, for every screen (${colorScheme})`, async ({
    newPage,
    unconfigured,
  }) => {
    const page = await newPage({ colorScheme })
    for (const path of ['/', '/sign-in']) {
      await page.goto(unconfigured + path)
      await page.getByRole('heading', { name: 'Set up sign-in', level: 1 }).waitFor()
      await page.getByRole('button', { name: 'Copy the configuration' }).waitFor()
      await expectGoodLooks(page, path)
    }
  })

test('the redirect URI and the configuration can be copied', anyDevice, async ({ newPage, unconfigured }) => {
  const page = await newPage({ permissions: ['clipboard-read', 'clipboard-write'] })
  await page.goto(unconfigured)
  const clipboard = () => page.evaluate(() => navigator.clipboard.readText())
  await page.getByRole('button', { name: 'Copy the redirect URI' }).click()
  await page.getByRole('button', { name: 'Copied' }).waitFor()
  expect(await clipboard()).toBe(uriOf(unconfigured))
  await page.getByRole('button', { name: 'Copy the configuration' }).click()
  await expect(page.getByRole('button', { name: 'Copied' })).toHaveCount(2)
  expect(JSON.parse(await clipboard()).providers).toHaveLength(1)
})

test('where the browser refuses to copy, the text is selected', anyDevice, async ({ page, unconfigured }) => {
  await page.addInitScript(() => {
    navigator.clipboard.writeText = () => Promise.reject(new Error('refused'))
  })
  await page.goto(unconfigured)
  await page.getByRole('button', { name: 'Copy the redirect URI' }).click()
  const selected = () => page.evaluate(() => String(getSelection()))
  await expect.poll(selected).toBe(uriOf(unconfigured))
})

test(
  'without JavaScript there are blocks to select, and no button that does nothing',
  anyDevice,
  async ({ newPage, unconfigured }) => {
    const page = await newPage({ javaScriptEnabled: false })
    await page.goto(unconfigured)
    await expect(page.getByRole('button')).toHaveCount(0)
    const blocks = page.locator('pre')
    await expect(blocks).toHaveCount(2)
    await expect(blocks.first()).toHaveText(uriOf(unconfigured))
    for (const block of await blocks.all()) await expect(block).toHaveCSS('user-select', 'all')
  },
)
