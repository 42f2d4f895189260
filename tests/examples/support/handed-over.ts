import type { Page } from 'playwright/test'
import { expect } from 'vitest'

const statusAt = async (page: Page, url: string) => (await page.request.get(`${url}/me`)).status()

/** Continues with a hand-off, until the demo's web application says who is signed in. */
export async function continueAt(page: Page, webApplication: string): Promise<void> {
  await page.getByRole('button', { name: 'Continue' }).click()
  await page.waitForURL(`${webApplication}/**`)
  await page.getByText('Demo User').first().waitFor()
  expect(await statusAt(page, webApplication)).toBe(200)
}

/** Waits until nobody is signed in there any more. */
export async function isSignedOutAt(page: Page, webApplication: string): Promise<void> {
  await expect.poll(() => statusAt(page, webApplication)).toBe(401)
}
