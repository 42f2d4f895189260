import { isHttps } from '#lib/config/is-https.ts'
import type { Config } from '#lib/config/load.ts'

type Origin = Pick<Config, 'url'>

/** What all names of Baton's cookies have in them. */
const mark = 'baton.'
/** Cookies of one kind that a browser keeps; with one more, the oldest goes. */
const mostOfAKind = 5

/**
 * The name of a cookie of Baton's. Over https its prefix keeps others from setting it: neither a script nor a
 * sibling subdomain can, and its path is `/`. A browser that knows `__Host-` alone takes it for that.
 * RFC 10017.
 */
export function cookieName(name: string, origin: Origin): string {
  return isHttps(origin) ? `__Host-Http-${name}` : name
}

/**
 * The attributes that all of Baton's cookies have: no script reads them, over https they never leave TLS, and
 * other sites send them along with links alone.
 */
export function cookieAttributes(origin: Origin) {
  return { httpOnly: true, secure: isHttps(origin), sameSite: 'lax', path: '/' } as const
}

/**
 * A `Cookie` header without those of Baton's cookies whose name it has more than once. Baton sets each once:
 * the other one was put there by somebody else, and nobody can tell which it is.
 */
export function withoutRepeated(header: string): string {
  // Most requests have one cookie of Baton's or none.
  if (header.indexOf(mark) === header.lastIndexOf(mark)) return header
  const cookies = header.split(';').map((cookie) => cookie.trim())
  const counts = new Map<string, number>()
  for (const cookie of cookies) counts.set(nameOf(cookie), (counts.get(nameOf(cookie)) ?? 0) + 1)
  const isOwn = (name: string) => /^(__Host-Http-)?baton\./i.test(name)
  const kept = cookies.filter((cookie) => !isOwn(nameOf(cookie)) || counts.get(nameOf(cookie)) === 1)
  return kept.length === cookies.length ? header : kept.join('; ')
}

/**
 * Of the cookies of one kind that a browser has, the oldest ones, which make way for a new one. `names` are
 * in the order in which the browser sends them: those with an earlier creation first (RFC 6265, section 5.4).
 */
export function surplus(names: readonly string[], added: string): string[] {
  const others = names.filter((name) => name !== added)
  return others.slice(0, Math.max(0, others.length - (mostOfAKind - 1)))
}

function nameOf(cookie: string): string {
  const end = cookie.indexOf('=')
  return (end === -1 ? cookie : cookie.slice(0, end)).trimEnd()
}
