import type { AuthorizationServer } from 'oauth4webapi'
import type { UpstreamProvider } from '#lib/config/upstream-provider.ts'
import { askUser } from './ask-user.ts'
import { joinClaims } from './join-claims.ts'
import { UserAnswerError } from './user-answer.ts'

type Claims = Record<string, unknown>

/**
 * Completes the claims of a verified ID token by the userinfo endpoint, as the provider's `userinfo` says;
 * the ID token's own go before. An answer that cannot be had keeps nobody out, unless `userinfo` is `always`
 * or `allow` may need it: then it throws what `askUser` throws.
 */
export async function completeClaims(
  provider: UpstreamProvider,
  server: AuthorizationServer,
  claims: Claims,
  accessToken: string | undefined,
): Promise<Claims> {
  // Auth.js has asked already where that endpoint alone says who somebody is.
  if (provider.authjs.idToken === false) return claims
  try {
    return joinClaims((await askUser(provider, server, claims, { accessToken })) ?? {}, claims)
  } catch (error) {
    // An answer about another person is an attack or a mix-up, never an outage.
    const isAboutAnother = error instanceof UserAnswerError && error.isAboutAnother
    if (provider.userinfo === 'always' || provider.allow || isAboutAnother) throw error
    return claims
  }
}
