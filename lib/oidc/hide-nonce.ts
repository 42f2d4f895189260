import type { Config } from '#lib/config/load.ts'
import { sha256 } from '#lib/crypto/digest.ts'
import { paramsOf } from './context.ts'
import { requestedNonceAcr } from './interaction/acr.ts'
import type { Context } from './types.ts'

/**
 * Replaces the hand-off nonce of a request by its SHA-256 before the library stores the request: the hash is
 * enough to redeem the nonce here, and nowhere else. Puts back a `max_age` of zero, which the library has
 * turned into `prompt=login` by now: no nonce is that young (OpenID Connect Core 1.0, section 3.1.2.1).
 */
export function hideNonce(
  { oidc, query }: Context,
  nonce: string | undefined,
  config: Pick<Config, 'handoff'>,
) {
  if (!oidc.params || !nonce) return
  oidc.params.login_hint_token = sha256(nonce).toString('base64url')
  const asked = query.max_age ?? oidc.client?.defaultMaxAge
  const isZero = asked !== undefined && asked !== '' && Number(asked) === 0
  if (isZero && requestedNonceAcr(paramsOf(oidc), config) !== undefined) oidc.params.max_age = '0'
}
