import type { Page } from 'playwright/test'
import { fillInSignIn } from '../../demo/phone/sign-in-form.ts'
import { type NonceAnswer, nonceIn } from './ask-for-nonce.ts'

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

/** Signs in as `signIn` does, in a fraction of its time: the browser's cookies, but none of its pages. */
export async function signInOverHttp({ request }: Page, batonUrl: string): Promise<void> {
  const { csrfToken } = await (await request.get(`${batonUrl}/api/auth/csrf`)).json()
  const page = await request.post(`${batonUrl}/api/auth/signin/demo`, {
    form: { csrfToken, callbackUrl: `${batonUrl}/` },
  })
  const form = fillInSignIn(
    { url: new URL(page.url()), status: page.status(), html: await page.text() },
    { user: 'demo', password: 'demo' },
  )
  if (!form) throw new Error(`no sign-in form at ${page.url()}`)
  const end = await request.post(form.action.href, { form: Object.fromEntries(form.fields) })
  if (end.url() !== `${batonUrl}/`) throw new Error(`the sign-in ended at ${end.url()}`)
}

/** Has the signed-in home page show a code, and gives the link under it. */
export async function showCode(page: Page): Promise<string> {
  await page.getByRole('button', { name: 'Show a code' }).click()
  return page.getByRole('textbox', { name: 'Hand-off link' }).inputValue()
}

/** Says yes on the page that shows a code, to the browser whose page shows these digits; gives them. */
export async function approve(source: Page, target: Page): Promise<string> {
  const shown = target.getByText(/^The number is \d\d$/)
  await shown.waitFor()
  const number = (await shown.textContent())?.slice(-2) ?? ''
  await source.getByRole('button', { name: `Yes, it shows ${number}` }).click()
  return number
}

/**
 * Asks for a nonce from a signed-in page, as its own script would; without JavaScript, as its browser would.
 */
export async function askForNonce(page: Page, form: Record<string, string> = {}): Promise<NonceAnswer> {
  const response = await page.request.post(new URL('/api/nonce', page.url()).href, {
    form,
    headers: { 'sec-fetch-site': 'same-origin' },
  })
  return nonceIn(new Response(await response.text(), { status: response.status() }))
}

/** What the page's own session is, as a page of it learns it. */
export async function sessionOf(
  page: Page,
  batonUrl: string,
): Promise<{ user: { name: string }; sid: string } | null> {
  return (await page.request.get(`${batonUrl}/api/auth/session`)).json()
}
