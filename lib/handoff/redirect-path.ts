import { OAuthError } from '#lib/oauth/error.ts'

const longest = 2048

/**
 * `redirect_to` as a path of Baton's own origin, in the form a browser will resolve it to.
 * Throws `invalid_request` for anything that could lead elsewhere.
 */
export function redirectPath(value: string): string {
  // Browsers drop tabs and line breaks and read a backslash as a slash, so refuse them all.
  if (!/^\/(?![/\\])[^\p{Cc}\\]*$/u.test(value)) throw refused()
  const base = 'http://origin.invalid'
  const url = URL.parse(value, base)
  // Dot segments may leave `//` at the beginning, which a browser takes for a host: /..//example.org
  if (!url || url.origin !== base || url.pathname.startsWith('//')) throw refused()
  const path = url.pathname + url.search + url.hash
  if (path.length > longest) throw refused()
  return path
}

function refused(): OAuthError {
  return new OAuthError(
    'invalid_request',
    'redirect_to must be a path of the target, such as /inbox?unread=1',
  )
}
