import type { Backend } from '#lib/config/schema.ts'
import type { LiveSession } from '#lib/db/sessions.ts'
import { OAuthError } from '#lib/oauth/error.ts'
import type { Runtime } from '#lib/runtime.ts'
import { freshCopy, type SessionToken } from '#lib/sessions/session-token.ts'
import { currentAccessToken } from '#lib/tokens/current-access-token.ts'

/**
 * The bearer token for one call to a backend. Throws `access_denied` when the session holds none that this backend may see, and
 * what `currentAccessToken` throws.
 */
export async function backendToken(
  backend: Backend,
  { session, token }: { session: LiveSession; token: SessionToken },
  runtime: Runtime,
): Promise<string> {
  const { provider, tokenSetId } = session
  if (!tokenSetId || !provider || !backend.providers.includes(provider))
    throw new OAuthError('access_denied', 'this session holds no token for this backend')
  if (session.tokenSetError) throw new OAuthError('invalid_token', 'the sign-in has ended; sign in again')
  const accessToken = freshCopy(token) ?? (await currentAccessToken(tokenSetId, runtime))
  if (accessToken === '') throw new OAuthError('access_denied', 'the provider gave no access token')
  return accessToken
}
