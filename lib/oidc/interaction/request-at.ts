import type Provider from 'oidc-provider'
import { paramsOf } from '../context.ts'
import { uidIn } from './step-form.ts'

/** What an authorization request says of the application that waits, and of its page. */
export type WaitingRequest = {
  clientId: string
  redirectUri: string | undefined
  /** The languages that it asks for (OpenID Connect Core, section 3.1.2.1). */
  uiLocales: string | undefined
}

/**
 * The authorization request whose step is at a path; `undefined` where the path is no step's, and for a step
 * that is unknown or has expired.
 */
export async function requestAt(provider: Provider, path: string): Promise<WaitingRequest | undefined> {
  const uid = uidIn(path)
  const interaction = uid === undefined ? undefined : await provider.Interaction.find(uid)
  if (!interaction) return undefined
  const { client_id: clientId = '', redirect_uri: redirectUri, ui_locales: uiLocales } = paramsOf(interaction)
  return { clientId, redirectUri, uiLocales }
}
