import { createBrowser } from './browser.ts'
import { PhoneError } from './phone-error.ts'
import { fillInSignIn } from './sign-in-form.ts'

/**
 * Signs a person in at the identity provider, starting with an authorization request. A real phone would open
 * the system's browser; here a small one replaces it and the person.
 *
 * @throws {PhoneError} when there is no sign-in page or the password is wrong.
 */
export async function signInWithBrowser(
  address: URL,
  who: { user: string; password: string },
): Promise<void> {
  const browser = createBrowser()
  const page = await browser.open(address)
  const form = fillInSignIn(page, who)
  if (!form) {
    const reason = /<p class="error">(.*?)<\/p>/s.exec(page.html)?.[1]?.replace(/<[^>]*>/g, '')
    throw new PhoneError(
      `The identity provider showed no sign-in page (status ${page.status}): ${reason ?? 'no reason given'}`,
    )
  }
  const after = await browser.open(form.action, form.fields)
  if (fillInSignIn(after, who)) throw new PhoneError(`The login "${who.user}" and the password do not match.`)
}
