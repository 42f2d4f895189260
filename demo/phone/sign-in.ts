import type { Client } from '@baton/client'
import { listenForRedirect } from './loopback-redirect.ts'
import { signInWithBrowser } from './sign-in-with-browser.ts'

/**
 * Signs the phone in like a native app: code + PKCE at the identity provider with a loopback redirect (RFC
 * 8252), then at Baton. Returns the person's name.
 *
 * @throws {PhoneError} when the password is wrong.
 * @throws {BatonError} when anything else fails.
 */
export async function signIn(client: Client, who: { user: string; password: string }): Promise<string> {
  const redirect = await listenForRedirect()
  try {
    const { url } = await client.beginSignIn({ redirectUri: redirect.redirectUri })
    await signInWithBrowser(new URL(url), who)
    const { claims } = await client.finishSignIn(await redirect.received)
    return String(claims.name ?? claims.sub)
  } finally {
    redirect.close()
  }
}
