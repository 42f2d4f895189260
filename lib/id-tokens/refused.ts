import { OAuthError } from '#lib/oauth/error.ts'

/** The error for an ID token that is no proof; `detail` is for the log alone. */
export function refused(detail: string, cause?: unknown): OAuthError {
  return new OAuthError('invalid_grant', 'the ID token is not acceptable', { detail, cause })
}
