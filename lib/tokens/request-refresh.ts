import { processRefreshTokenResponse, refreshTokenGrantRequest } from 'oauth4webapi'
import { isOAuthError, OAuthError } from '#lib/oauth/error.ts'
import { numericDate } from '#lib/oauth/numeric-date.ts'
import type { ProviderClient } from '#lib/providers/provider-client.ts'
import { refreshUnavailable } from './refresh-unavailable.ts'
import type { TokenSet } from './token-set.ts'

/**
 * Milliseconds, and many of them: an answer that is not awaited is a lost refresh token. Callers stop waiting
 * much sooner.
 */
const timeout = 60_000
/** The longest `Retry-After` that is respected, in seconds. */
const longestPause = 3600

/**
 * Error codes by which a provider says that the grant has ended, or that the person has to sign in again.
 * Errors about the client (`invalid_client`, `unauthorized_client`) are not among them: the operator can
 * fix these, and people stay signed in meanwhile.
 */
const terminal = new Set([
  'invalid_grant',
  'invalid_token',
  'expired_token',
  'access_denied',
  // OpenID Connect Core 1.0, section 3.1.2.6; some providers ask for a second factor this way.
  'interaction_required',
  'login_required',
  'consent_required',
  'account_selection_required',
  // GitHub's and Slack's own codes.
  'bad_refresh_token',
  'invalid_refresh_token',
])

/**
 * Asks the provider for a new token set. Values that the answer omits stay as they were. Throws
 * `invalid_grant` when the provider has ended the grant, and `temporarily_unavailable` for any other failure,
 * with the provider's `retryAfter` if it gave one. RFC 6749, section 6.
 */
export async function requestRefresh(
  { server, client, authentication, options }: ProviderClient,
  current: TokenSet & { refreshToken: string },
): Promise<TokenSet> {
  let response: Response | undefined
  try {
    response = await refreshTokenGrantRequest(server, client, authentication, current.refreshToken, {
      ...options,
      signal: AbortSignal.timeout(timeout),
    })
    const body = await objectIn(response)
    if (endsGrant(response, body))
      throw new OAuthError('invalid_grant', 'the provider has ended this sign-in')
    const idToken = body?.id_token
    const answer = await processRefreshTokenResponse(server, client, normalized(response, body))
    const lifetime = answer.expires_in ?? current.lifetime
    return {
      accessToken: answer.access_token,
      refreshToken: answer.refresh_token ?? current.refreshToken,
      idToken: typeof idToken === 'string' && idToken !== '' ? idToken : current.idToken,
      scope: answer.scope ?? current.scope,
      ...(lifetime !== undefined && { lifetime, expiresAt: numericDate(new Date()) + lifetime }),
    }
  } catch (cause) {
    if (isOAuthError(cause)) throw cause
    throw refreshUnavailable({ retryAfter: pauseOf(response), cause })
  }
}

type Body = { [name: string]: unknown }

async function objectIn(response: Response): Promise<Body | undefined> {
  if (!/\bjson\b/i.test(response.headers.get('content-type') ?? '')) return undefined
  const body: unknown = await response
    .clone()
    .json()
    .catch(() => undefined)
  return typeof body === 'object' && body !== null ? (body as Body) : undefined
}

// The library would miss errors that come with a `WWW-Authenticate` challenge or with status 200.
function endsGrant({ status }: Response, body: Body | undefined): boolean {
  if (status >= 500 || status === 408 || status === 429) return false
  return typeof body?.error === 'string' && !body.access_token && terminal.has(body.error)
}

// The refresh token is spent: an answer with an access token must not fail, whatever else is wrong with it.
// The ID token needs no check, as only its own provider will see it.
function normalized(response: Response, body: Body | undefined): Response {
  if (!body?.access_token) return response
  const { access_token, token_type, refresh_token, scope, expires_in } = body
  const { status, headers } = response
  const lifetime = Number(expires_in)
  const clean = {
    access_token,
    token_type: token_type ?? 'bearer',
    ...(isText(refresh_token) && { refresh_token }),
    ...(isText(scope) && { scope }),
    ...(isText(expires_in) || typeof expires_in === 'number' ? lifetime > 0 && { expires_in: lifetime } : {}),
  }
  return new Response(JSON.stringify(clean), { status, headers })
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== ''
}

// `Retry-After` in seconds; the header has seconds or a date (RFC 9110, section 10.2.3).
function pauseOf(response: Response | undefined): number | undefined {
  const value = response?.headers.get('retry-after')?.trim()
  if (!value) return undefined
  const seconds = /^\d+$/.test(value) ? Number(value) : (Date.parse(value) - Date.now()) / 1000
  return Number.isFinite(seconds) ? Math.min(longestPause, Math.max(1, Math.ceil(seconds))) : undefined
}
