const libpqMode = 'uselibpqcompat'

/**
 * A database's URL whose `sslmode` means what PostgreSQL's own clients take it for (libpq, section 32.19.3):
 * hosters write `require`, which encrypts and takes any certificate, as theirs are signed by nobody known.
 * `pg` takes it for `verify-full`.
 */
export function libpqUrl(url: string): string {
  const { searchParams } = new URL(url)
  if (!searchParams.has('sslmode') || searchParams.has(libpqMode)) return url
  // `pg` has a word of its own for the same.
  return `${url.replace(/([?&]sslmode=)no-verify\b/, '$1require')}&${libpqMode}=true`
}

/** Whether the connection is encrypted without a look at the certificate. */
export function encryptsOnly(url: string): boolean {
  const { searchParams } = new URL(url)
  const mode = searchParams.get('sslmode') ?? ''
  return ['prefer', 'require'].includes(mode) && !searchParams.has('sslrootcert')
}
