/**
 * A path of one's own origin, in the form that a browser resolves it to; `undefined` for anything that could
 * lead elsewhere. With `origin`, a URL of that origin is taken for its path.
 */
export function ownPath(value: string, origin = ''): string | undefined {
  const path = value.startsWith(origin) ? value.slice(origin.length) : value
  // Browsers drop tabs and line breaks and read a backslash as a slash, so refuse them all.
  if (!/^\/(?![/\\])[^\p{Cc}\\]*$/u.test(path)) return undefined
  const base = 'http://origin.invalid'
  const url = URL.parse(path, base)
  // Dot segments may leave `//` at the beginning, which a browser takes for a host: /..//example.org
  if (!url || url.origin !== base || url.pathname.startsWith('//')) return undefined
  return url.pathname + url.search + url.hash
}
