import type { Logger } from 'pino'
import { type Door, mayEnter, NotAllowedError } from '#lib/accounts/allowed.ts'
import type { Config } from '#lib/config/load.ts'
import { askSignIn } from '#lib/hooks/ask-sign-in.ts'
import type { Hooks } from '#lib/hooks/hooks.ts'
import { OAuthError } from '#lib/oauth/error.ts'
import type { IdToken } from './verify-id-token.ts'

/** Ends what a person has here who is refused at a door. */
export type EndOthers = (
  person: { issuer: string; subject: string },
  door: Door,
  claims: Record<string, unknown>,
) => Promise<void>

type Needs = {
  config: Pick<Config, 'providers' | 'trustedIssuers'>
  endOthers: EndOthers
  hooks: Hooks
  log: Logger
}

/**
 * Lets the person of an ID token in, and gives the token with the profile that is shown of them. Throws
 * `access_denied` for somebody whom `allow` does not let in, and ends what they have here, or whom the
 * operator's `onSignIn` refuses; `temporarily_unavailable` where that fails.
 */
export async function admitIdToken(idToken: IdToken, needs: Needs): Promise<IdToken> {
  const { issuer, subject, claims } = idToken
  const { config, endOthers } = needs
  const door = { issuer }
  if (!mayEnter(claims, door, config)) {
    await endOthers({ issuer, subject }, door, claims)
    throw notLetIn()
  }
  const provider = config.providers.find((one) => one.issuer === issuer)?.id ?? issuer
  const signIn = { claims, provider, issuer, subject, door: 'app' } as const
  const profile = await askSignIn(signIn, idToken.profile, needs).catch((error) => {
    throw error instanceof NotAllowedError ? notLetIn() : error
  })
  return { ...idToken, profile }
}

function notLetIn(): OAuthError {
  return new OAuthError('access_denied', 'this account is not let in here')
}
