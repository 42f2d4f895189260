import type { Page } from 'playwright/test'
import { anyDevice, expect, test } from '../support/browser-test.ts'
import { sessionOf } from '../support/journey.ts'
import { expectGoodLooks } from '../support/looks.ts'

const title = { name: 'Sign in with another device' }

/** Has a browser show a code; gives the code. */
async function showCode(page: Page, url: string): Promise<string> {
  await page.goto(`${url}/sign-in?callbackUrl=/sessions`)
  await page.getByRole('button', { name: 'Use another device' }).click()
  await page.getByRole('heading', title).waitFor()
  return (await page.getByText(/^[B-Z]{4}-[B-Z]{4}$/).textContent()) ?? ''
}

async function numberOn(page: Page): Promise<string> {
  const shown = page.getByText(/^The number is \d\d$/)
  await shown.waitFor()
  return (await shown.textContent())?.slice(-2) ?? ''
}

test('the person chooses the number, the other browser shows who said yes, and is signed in', async ({
  source,
  page: target,
  url,
}) => {
  const code = await showCode(target, url)
  await expect(
    target.getByRole('img', { name: 'QR code of the page that signs this browser in' }),
  ).toBeVisible()
  await expectGoodLooks(target, 'a code')
  await source.goto(`${url}/device`)
  await expectGoodLooks(source, 'where a code is entered')
  await source.getByRole('textbox', { name: 'Code that the other device shows' }).fill(code.toLowerCase())
  await source.getByRole('button', { name: 'Go on' }).click()
  await source.getByRole('heading', { name: 'Sign this browser in?' }).waitFor()
  await expectGoodLooks(source, 'what asks')
  const number = await numberOn(target)
  await expectGoodLooks(target, 'the number')
  await source.getByRole('button', { name: number, exact: true }).click()
  await source.getByRole('heading', { name: 'Done' }).waitFor()
  await expectGoodLooks(source, 'the end')

  // By itself.
  await target.getByRole('heading', { name: 'Continue as Demo User?' }).waitFor()
  expect(await sessionOf(target, url)).toBeNull()
  await target.getByRole('button', { name: 'Continue' }).click()
  await target.waitForURL(`${url}/sessions`)
  expect((await sessionOf(target, url))?.user.name).toBe('Demo User')
})

test(
  'a no is shown at once, and a new code is a press away',
  anyDevice,
  async ({ source, page: target, url }) => {
    const code = await showCode(target, url)
    await source.goto(`${url}/device?user_code=${code}`)
    await source.getByRole('button', { name: 'No', exact: true }).click()
    await source.getByRole('heading', { name: 'Not signed in' }).waitFor()
    await target.getByRole('heading', { name: 'Not signed in' }).waitFor()
    await expectGoodLooks(target, 'a no')
    await target.getByRole('button', { name: 'Show a new code' }).click()
    await target.getByRole('heading', title).waitFor()
    await target.getByRole('button', { name: 'Cancel' }).click()
    await target.waitForURL(/\/sign-in\?callbackUrl=%2Fsessions$/)
  },
)

test(
  'a code that expires while it is looked at is renewed',
  anyDevice,
  async ({ page: target, stage, url }) => {
    const code = await showCode(target, url)
    await stage.sql(`UPDATE device_requests SET expires_at = now() WHERE answer IS NULL`)
    const next = target.getByText(/^[B-Z]{4}-[B-Z]{4}$/)
    await expect(next).not.toHaveText(code)
    await expect(next).toBeVisible()
  },
)

test.describe('behind something that lets no events through', () => {
  // The browser complains of the requests that fail.
  test.use({ mayComplain: true })
  test(
    'where no events come, the page asks again and again',
    anyDevice,
    async ({ source, page: target, url }) => {
      await target.route('**/another-device/events', (route) => route.abort())
      const code = await showCode(target, url)
      await source.goto(`${url}/device?user_code=${code}`)
      await source.getByRole('button', { name: await numberOn(target), exact: true }).click()
      await target.getByRole('heading', { name: 'Continue as Demo User?' }).waitFor()
    },
  )
})

test(
  'without JavaScript the person presses a button until the other device has said yes',
  anyDevice,
  async ({ source, newPage, url }) => {
    const target = await newPage({ javaScriptEnabled: false })
    const code = await showCode(target, url)
    await source.goto(`${url}/device?user_code=${code}`)
    await source.getByRole('heading', { name: 'Sign this browser in?' }).waitFor()
    await target.getByRole('link', { name: 'Go on' }).click()
    await source.getByRole('button', { name: await numberOn(target), exact: true }).click()
    await source.getByRole('heading', { name: 'Done' }).waitFor()
    await target.getByRole('link', { name: 'Go on' }).click()
    await target.getByRole('button', { name: 'Continue' }).click()
    await target.waitForURL(`${url}/sessions`)
  },
)

test('a wrong code says what to do', anyDevice, async ({ source, url }) => {
  await source.goto(`${url}/`)
  await source.getByRole('link', { name: 'Sign in a device that shows a code' }).click()
  await source.getByRole('textbox').fill('BCDF-GHJK')
  await source.keyboard.press('Enter')
  await source
    .getByRole('alert')
    .getByText(/No device shows this code now/)
    .waitFor()
  await expectGoodLooks(source, 'a wrong code')
})
