/**
 * The origins whose pages a web view shows. All other pages belong in the system's browser: a password that
 * is typed into a web view is one that the app can read (RFC 8252, section 8.12).
 */
export function webViewOrigins(...urls: string[]) {
  const origins = new Set(urls.map((url) => new URL(url).origin))
  return { has: (url: string) => origins.has(originOf(url) ?? '') }
}

function originOf(url: string): string | undefined {
  try {
    return new URL(url).origin
  } catch {
    return undefined
  }
}
