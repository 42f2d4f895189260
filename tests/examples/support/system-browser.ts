import type { Browser } from 'playwright/test'

/**
 * Signs in as a person does in the system's browser, and gives the link by which it would open the app.
 */
export async function signInInBrowser(browser: Browser, url: string, user = 'demo'): Promise<string> {
  const context = await browser.newContext()
  const page = await context.newPage()
  const callback = page.waitForResponse((response) =>
    (response.headers().location ?? '').startsWith('org.example.baton:'),
  )
  await page.goto(url)
  await page.getByLabel('Login').fill(user)
  await page.getByLabel('Password').fill(user)
  await page.getByRole('button', { name: 'Sign in' }).click()
  const { location } = (await callback).headers()
  await context.close()
  return location as string
}
