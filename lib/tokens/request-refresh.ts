import { processRefreshTokenResponse, refreshTokenGrantRequest } from 'oauth4webapi'
import { isOAuthError, OAuthError } from '#lib/oauth/error.ts'
import { numericDate } from '#lib/oauth/numeric-date.ts'
import type { ProviderClient } from '#lib/providers/provider-client.ts'
import { strictResponse, type TokenAnswer } from '#lib/providers/token-answer.ts'
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
 * with the provider's `retryAfter` if it gave one, and a `MuteRefusal` as its cause where the provider said
 * nothing. RFC 6749, section 6.
 */
export async function requestRefresh(
  { server, client, authentication, options, read }: ProviderClient,
  current: TokenSet & { refreshToken: string },
): Promise<TokenSet> {
  let answer: TokenAnswer | undefined
  try {
    const response = await refreshTokenGrantRequest(server, client, authentication, current.refreshToken, {
      ...options,
      signal: AbortSignal.timeout(timeout),
    })
    answer = await read(response)
    if (endsGrant(answer)) throw new OAuthError('invalid_grant', 'the provider has ended this sign-in')
    if (isMute(answer)) throw new MuteRefusal(`the token endpoint answers ${answer.status} and says no more`)
    const { id_token: idToken, ...rest } = answer.body ?? {}
    // The ID token needs no check here: whoever reads it compares it with the one of the sign-in.
    const body = answer.body && rest
    const tokens = await processRefreshTokenResponse(
      server,
      client,
      strictResponse({ status: answer.status, body }),
    )
    const lifetime = tokens.expires_in ?? current.lifetime
    return {
      accessToken: tokens.access_token,
      refreshToken: tokens.refresh_token ?? current.refreshToken,
      idToken: (idToken as string | undefined) ?? current.idToken,
      scope: tokens.scope ?? current.scope,
      ...(lifetime !== undefined && { lifetime, expiresAt: numericDate(new Date()) + lifetime }),
    }
  } catch (cause) {
    if (isOAuthError(cause)) throw cause
    throw refreshUnavailable({ retryAfter: pauseOf(answer), cause })
  }
}

/** Errors that are about the request or the client, and not about the grant (RFC 6749, section 5.2). */
const registered = new Set(
  'invalid_request invalid_client unauthorized_client unsupported_grant_type invalid_scope'
    .split(' ')
    .concat('invalid_target server_error temporarily_unavailable slow_down'.split(' ')),
)

/** A refusal of a refresh without an error code: once it may be a fault, again and again it is the answer. */
export class MuteRefusal extends Error {
  override readonly name = 'MuteRefusal'
}

function endsGrant({ status, body }: TokenAnswer): boolean {
  if (status >= 500 || status === 408 || status === 429) return false
  return typeof body?.error === 'string' && terminal.has(body.error)
}

// Glewlwyd answers a revoked refresh token with nothing, others with an error of no standard. Text that is no
// JSON comes of something in between.
function isMute({ status, body, isEmpty }: TokenAnswer): boolean {
  if (status !== 400) return false
  return isEmpty || (body !== undefined && !body.access_token && !registered.has(String(body.error)))
}

// `Retry-After` in seconds; the header has seconds or a date (RFC 9110, section 10.2.3).
function pauseOf(answer: TokenAnswer | undefined): number | undefined {
  const value = answer?.headers.get('retry-after')?.trim()
  if (!value) return undefined
  const seconds = /^\d+$/.test(value) ? Number(value) : (Date.parse(value) - Date.now()) / 1000
  return Number.isFinite(seconds) ? Math.min(longestPause, Math.max(1, Math.ceil(seconds))) : undefined
}
