import type { Page } from 'playwright/test'

/** Signs in at the demo identity provider, from the home page on. */
export async function signIn(page: Page, batonUrl: string, user: 'demo' | 'bob' = 'demo'): Promise<void> {
  await page.goto(batonUrl)
  await page.getByRole('link', { name: 'Sign in' }).click()
  await page.getByRole('button', { name: /Continue with/ }).click()
  await page.getByLabel('Login').fill(user)
  await page.getByLabel('Password').fill(user)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.waitForURL(`${batonUrl}/`)
  await page.getByRole('heading', { name: 'You are signed in' }).waitFor()
}

/** Has the signed-in home page show a code, and gives the link under it. */
export async function showCode(page: Page): Promise<string> {
  await page.getByRole('button', { name: 'Show a code' }).click()
  return page.getByRole('textbox', { name: 'Hand-off link' }).inputValue()
}

/**
 * Asks for a nonce from a signed-in page, as its own script would; without JavaScript, as its browser would.
 */
export async function askForNonce(
  page: Page,
  form: Record<string, string> = {},
): Promise<{ nonce: string; handoff_uri: string }> {
  const response = await page.request.post(new URL('/api/nonce', page.url()).href, {
    form,
    headers: { 'sec-fetch-site': 'same-origin' },
  })
  if (!response.ok()) throw new Error(`no nonce: ${response.status()}`)
  return response.json()
}

/** What the page's own session is, as a page of it learns it. */
export async function sessionOf(
  page: Page,
  batonUrl: string,
): Promise<{ user: { name: string }; sid: string } | null> {
  return (await page.request.get(`${batonUrl}/api/auth/session`)).json()
}
