import { createBrowser } from './browser.ts'
import { PhoneError } from './errors.ts'
import { fillInSignIn } from './sign-in-form.ts'

/**
 * Signs somebody in at the identity provider, from an authorization request on. The phone would open the system's browser; here a small one
 * stands in for it and for the person before it.
 *
 * @throws {PhoneError} when there is no sign-in page, or the password is not taken.
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
  if (fillInSignIn(after, who))
    throw new PhoneError(`The identity provider does not know "${who.user}" with that password.`)
}
