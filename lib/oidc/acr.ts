import type { Params } from 'oidc-provider'
import type { Config } from '#lib/config/load.ts'

/** The authentication context of a session that came by a hand-off nonce. */
export const nonceAcr = 'urn:baton:authentication:nonce'

/**
 * The `acr` by which a request asks for the nonce authenticator, by its name or one of its aliases; `undefined` for an ordinary request,
 * also one whose `login_hint_token` is empty.
 */
export function requestedNonceAcr(
  { acr_values, prompt, login_hint_token }: Params,
  { handoff }: Pick<Config, 'handoff'>,
): string | undefined {
  if (!login_hint_token || !prompt?.split(' ').includes('login')) return undefined
  const known = [nonceAcr, ...handoff.acrAliases]
  return acr_values?.split(' ').find((acr) => known.includes(acr))
}
