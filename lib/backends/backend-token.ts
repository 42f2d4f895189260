import type { Backend } from '#lib/config/backends.ts'
import { isDatabaseAway } from '#lib/db/away.ts'
import type { LiveSession } from '#lib/db/sessions.ts'
import { OAuthError } from '#lib/oauth/error.ts'
import { type AccessTokenNeeds, issueAccessToken } from '#lib/oidc/access-tokens.ts'
import { freshCopy, type SessionToken } from '#lib/sessions/session-token.ts'
import { type CurrentTokenNeeds, currentAccessToken } from '#lib/tokens/current-access-token.ts'

export type BackendTokenNeeds = AccessTokenNeeds & CurrentTokenNeeds

type Authenticated = { session: LiveSession; token: SessionToken | undefined }

/**
 * The bearer token for one call to a backend: the first of the backend's kinds that this session can have.
 * Throws `access_denied` when there is none that this backend may see, and what `currentAccessToken` throws.
 */
export async function backendToken(
  backend: Backend,
  authenticated: Authenticated,
  needs: BackendTokenNeeds,
): Promise<string> {
  for (const kind of backend.token) {
    const token =
      kind === 'provider'
        ? await providerToken(backend, authenticated, needs)
        : await issueAccessToken(authenticated.session, backend.audience ?? '', needs)
    if (token !== undefined) return token
  }
  throw new OAuthError('access_denied', 'this session holds no token for this backend')
}

async function providerToken(
  backend: Backend,
  { session, token }: Authenticated,
  needs: BackendTokenNeeds,
): Promise<string | undefined> {
  const { provider, tokenSetId } = session
  if (!tokenSetId || !provider || !backend.providers.includes(provider)) return undefined
  if (session.tokenSetError) throw new OAuthError('invalid_token', 'the sign-in has ended; sign in again')
  try {
    // Some providers issue no access token at all.
    return (await currentAccessToken(tokenSetId, needs)) || undefined
  } catch (error) {
    // The copy's expiry is by the clock of whoever wrote the cookie, which may have been wrong.
    const copy = token && isDatabaseAway(error) ? freshCopy(token) : undefined
    if (copy !== undefined) return copy
    throw error
  }
}
