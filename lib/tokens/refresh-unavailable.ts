import { OAuthError } from '#lib/oauth/error.ts'

/** The error for an access token that cannot be refreshed right now; `retryAfter` is in seconds. */
export function refreshUnavailable({
  retryAfter,
  cause,
}: {
  retryAfter?: number | undefined
  cause?: unknown
} = {}): OAuthError {
  return new OAuthError(
    'temporarily_unavailable',
    'the access token cannot be refreshed right now; try again',
    {
      cause,
      ...(retryAfter !== undefined && { retryAfter: Math.ceil(retryAfter) }),
    },
  )
}
