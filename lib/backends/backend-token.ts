import type { Backend } from '#lib/config/backends.ts'
import { isDatabaseAway } from '#lib/db/away.ts'
import type { LiveSession } from '#lib/db/sessions.ts'
import { type MaybeLater, whenThere } from '#lib/later/later.ts'
import { OAuthError } from '#lib/oauth/error.ts'
import { type AccessTokenNeeds, issueAccessToken } from '#lib/oidc/access-tokens.ts'
import { freshCopy, type SessionToken } from '#lib/sessions/session-token.ts'
import { type CurrentTokenNeeds, currentAccessToken } from '#lib/tokens/current-access-token.ts'

export type BackendTokenNeeds = AccessTokenNeeds & CurrentTokenNeeds

type Authenticated = { session: LiveSession; token: SessionToken | undefined }

/**
 * The bearer token for one call to a backend, at once where it is in memory: the first of the backend's kinds
 * that this session can have. Throws `access_denied` when there is none that this backend may see, and what
 * `currentAccessToken` throws.
 */
export function backendToken(
  backend: Backend,
  authenticated: Authenticated,
  needs: BackendTokenNeeds,
): MaybeLater<string> {
  return firstOf(backend.token, backend, authenticated, needs)
}

function firstOf(
  [kind, ...others]: Backend['token'],
  backend: Backend,
  authenticated: Authenticated,
  needs: BackendTokenNeeds,
): MaybeLater<string> {
  if (kind === undefined)
    throw new OAuthError('access_denied', 'this session holds no token for this backend')
  const token =
    kind === 'provider'
      ? providerToken(backend, authenticated, needs)
      : issueAccessToken(authenticated.session, backend.audience ?? '', needs)
  return whenThere(token, (found) => found ?? firstOf(others, backend, authenticated, needs))
}

function providerToken(
  backend: Backend,
  { session, token }: Authenticated,
  needs: BackendTokenNeeds,
): MaybeLater<string | undefined> {
  const { provider, tokenSetId } = session
  if (!tokenSetId || !provider || !backend.providers.includes(provider)) return undefined
  if (session.tokenSetError) throw new OAuthError('invalid_token', 'the sign-in has ended; sign in again')
  const current = currentAccessToken(tokenSetId, needs)
  // Some providers issue no access token at all.
  if (typeof current === 'string') return current || undefined
  return current.then(
    (found) => found || undefined,
    (error) => {
      // The copy's expiry is by the clock of whoever wrote the cookie, which may have been wrong.
      const copy = token && isDatabaseAway(error) ? freshCopy(token) : undefined
      if (copy !== undefined) return copy
      throw error
    },
  )
}
