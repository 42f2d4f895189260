import { OAuthError } from '#lib/oauth/error.ts'

/** The error for an access token that cannot be refreshed at the moment; `retryAfter` is in seconds. */
export function refreshUnavailable({
  retryAfter,
  cause,
}: {
  retryAfter?: number | undefined
  cause?: unknown
} = {}): OAuthError {
  return new OAuthError(
    'temporarily_unavailable',
    'the provider cannot renew the access token at the moment',
    {
      cause,
      ...(retryAfter !== undefined && { retryAfter: Math.ceil(retryAfter) }),
    },
  )
}
