import { Browser } from '@capacitor/browser'
import { client, onDevice } from './baton.ts'

/**
 * Opens a web application as the person of this app: in the in-app browser of a device, or in a new tab. Both
 * take no headers, so the verifier is in the fragment, and the person continues with one tap.
 */
export async function openHandOff(target: string, redirectTo?: string): Promise<void> {
  if (onDevice) {
    const { url } = await client.handOff(target, { redirectTo, binding: 'fragment' })
    return Browser.open({ url })
  }
  // At the press: after the answer, a browser takes it for a pop-up. The link replaces the empty page.
  const tab = window.open('about:blank', '_blank')
  if (!tab) throw new Error('The browser opened no tab.')
  tab.opener = null
  try {
    const { url } = await client.handOff(target, { redirectTo, binding: 'fragment' })
    tab.location.replace(url)
  } catch (error) {
    tab.close()
    throw error
  }
}
