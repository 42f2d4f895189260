/**
 * The value of `WWW-Authenticate` for a refused bearer call; without an error when no credentials were sent
 * (RFC 6750, section 3).
 */
export function bearerChallenge(error?: { code: string; description: string }): string {
  if (!error) return 'Bearer'
  return `Bearer error="${error.code}", error_description="${error.description.replace(/["\\]/g, "'")}"`
}
