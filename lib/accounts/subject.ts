/**
 * Whether a claim can identify a person: 1 to 255 characters, without control characters or lone surrogates.
 */
export function isUsableSubject(value: unknown): value is string {
  return typeof value === 'string' && value.isWellFormed() && /^\P{Cc}{1,255}$/u.test(value)
}

/** A claim that identifies a person or a session of an issuer, or `null` when it cannot. */
export function usableSubject(claim: unknown): string | null {
  return isUsableSubject(claim) ? claim : null
}
