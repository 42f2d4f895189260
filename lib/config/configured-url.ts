const parsed = new Map<string, URL>()

/**
 * A URL of the configuration, parsed once and kept, as every call needs the same few. Throws `TypeError` for
 * a text that is not a URL.
 */
export function configuredUrl(url: string): Readonly<URL> {
  const known = parsed.get(url)
  if (known) return known
  const fresh = new URL(url)
  parsed.set(url, fresh)
  return fresh
}
