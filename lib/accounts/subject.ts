/** Whether a claim can stand for a person: 1 to 255 characters, none of them a control character or half of one. */
export function isUsableSubject(value: unknown): value is string {
  return typeof value === 'string' && value.isWellFormed() && /^\P{Cc}{1,255}$/u.test(value)
}

/** A claim that can stand for a person or a session of an issuer, `null` for what cannot. */
export function usableSubject(claim: unknown): string | null {
  return isUsableSubject(claim) ? claim : null
}
