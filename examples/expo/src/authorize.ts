import * as WebBrowser from 'expo-web-browser'
import { redirectUri } from './baton.ts'

/**
 * Opens the sign-in in the system's browser, never in a web view: the app cannot read what the person types,
 * and the provider may know them already (RFC 8252, section 8.12). On the web it is a window of its own.
 * Gives the callback, or `undefined` when the person has closed it.
 */
export async function authorize(url: string): Promise<string | undefined> {
  const result = await WebBrowser.openAuthSessionAsync(url, redirectUri)
  return result.type === 'success' ? result.url : undefined
}
