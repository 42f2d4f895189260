import type { Config } from '#lib/config/load.ts'
import type { Params } from '../types.ts'

/**
 * The authentication context (`acr`) of a session that a hand-off nonce started.
 *
 * @internal For tests.
 */
export const nonceAcr = 'urn:baton:authentication:nonce'

/**
 * The `acr` that asks for the nonce authenticator: its own name or one of its aliases. `undefined`
 * for an ordinary request, such as one with an empty `login_hint_token`.
 */
export function requestedNonceAcr(
  { acr_values, prompt, login_hint_token }: Params,
  { handoff }: Pick<Config, 'handoff'>,
): string | undefined {
  if (!login_hint_token || !prompt?.split(' ').includes('login')) return undefined
  const known = [nonceAcr, ...handoff.acrAliases]
  return acr_values?.split(' ').find((acr) => known.includes(acr))
}
