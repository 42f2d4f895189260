/**
 * Parses a URL; `undefined` when invalid. Swallows the error of `new URL`, because it quotes the text, which
 * may hold a code.
 */
export function parseUrl(text: string): URL | undefined {
  try {
    return new URL(text)
  } catch {
    return undefined
  }
}

/**
 * Whether secrets may be sent to a URL: over TLS, or to this device's loopback address (RFC 8252, section
 * 8.3).
 */
export function isSecure(url: URL): boolean {
  if (url.username || url.password) return false
  return url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback(url.hostname))
}

function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d{1,3}){3}$/.test(hostname)
}
