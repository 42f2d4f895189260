import { App } from '@capacitor/app'
import { Browser } from '@capacitor/browser'
import { redirectUri } from './baton.ts'

// This file runs on devices alone. There the sign-in is in the system's browser, never in this web view: the
// app cannot read what the person types, and the provider may know them already (RFC 8252, section 8.12).

/** Opens the sign-in. The person may close it again; then nothing comes. */
export async function openSignIn(url: string): Promise<void> {
  await Browser.open({ url })
}

/**
 * Takes the callbacks of sign-ins. It does so from the app's start on: the system may have ended the app
 * while the browser was in front, and starts it with the callback then.
 */
export async function onCallback(finish: (callbackUrl: string) => void): Promise<void> {
  await App.addListener('appUrlOpen', ({ url }) => {
    if (!url.startsWith(redirectUri)) return
    finish(url)
    // It rejects where nothing is open, such as after a start with the callback.
    Browser.close().catch(() => {})
  })
}
