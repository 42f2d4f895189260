import { configuredUrl } from '#lib/config/configured-url.ts'

/**
 * Whether a `Host` header names Baton's public host (RFC 9110, section 7.2), its default port written out or
 * not.
 */
export function isOwnHost(named: string | null | undefined, origin: string): boolean {
  const { host, protocol } = configuredUrl(origin)
  if (!named || named === host) return named === host
  return URL.parse(`${protocol}//${named}`)?.host === host && !/[/\\?#@%\s]/.test(named)
}
