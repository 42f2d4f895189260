const parsed = new Map<string, URL>()

/** A URL that the configuration holds, parsed once: every call looks at the same few. Throws `TypeError` for what is no URL. */
export function configuredUrl(url: string): Readonly<URL> {
  const known = parsed.get(url)
  if (known) return known
  const fresh = new URL(url)
  parsed.set(url, fresh)
  return fresh
}
