import { ownPath } from '#lib/http/own-path.ts'
import { OAuthError } from '#lib/oauth/error.ts'

const longest = 2048

/**
 * `redirect_to` as a path of Baton's own origin, in the form a browser will resolve it to.
 * Throws `invalid_request` for anything that could lead elsewhere.
 */
export function redirectPath(value: string): string {
  const path = ownPath(value)
  if (path === undefined || path.length > longest)
    throw new OAuthError(
      'invalid_request',
      'redirect_to must be a path of the target, such as /inbox?unread=1',
    )
  return path
}
