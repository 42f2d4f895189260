type Claims = Record<string, unknown>

/**
 * Two answers about one person as one, in which the second goes before, but where it says nothing. Whether an
 * address is verified is said of that address alone: `email_verified` comes from where `email` comes from, or
 * from where it is the same.
 */
export function joinClaims(first: Claims, second: Claims): Claims {
  const said = Object.entries(second).filter(([, value]) => value !== null && value !== '')
  const { email_verified: _, ...joined } = { ...first, ...Object.fromEntries(said) }
  const sources = [second, first].filter(({ email }) => email !== undefined && email === joined.email)
  const source = sources.find(({ email_verified }) => email_verified !== undefined)
  return source ? { ...joined, email_verified: source.email_verified } : joined
}
