import type { Page } from 'playwright/test'
import { expect } from 'vitest'
import { signInOverHttp } from '../../support/journey.ts'

/** Demo User ends all sessions in another browser, those of apps among them. */
export async function endAllSessions(page: Page, batonUrl: string): Promise<void> {
  await signInOverHttp(page, batonUrl)
  const headers = { 'sec-fetch-site': 'same-origin' }
  const answer = await page.request.delete(`${batonUrl}/api/sessions`, { headers })
  expect(answer.status()).toBe(204)
}
