/**
 * Whether a claim can identify a person: 1 to 255 characters, without control characters or lone surrogates.
 */
export function isUsableSubject(value: unknown): value is string {
  return typeof value === 'string' && value.isWellFormed() && /^\P{Cc}{1,255}$/u.test(value)
}

/**
 * The text of what a user API says for an id: a whole number, that JSON can tell from its neighbours, as its
 * digits.
 */
export function idText(value: unknown): unknown {
  return typeof value === 'number' && Number.isSafeInteger(value) ? String(value) : value
}

/**
 * The claim of this name, or the value at this path of names with dots between them, as `data.id`, where user
 * APIs wrap what they answer.
 */
export function claimNamed(claims: Record<string, unknown>, name: string): unknown {
  if (Object.hasOwn(claims, name)) return claims[name]
  let value: unknown = claims
  for (const part of name.split('.')) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, part)) return undefined
    value = (value as Record<string, unknown>)[part]
  }
  return value
}

/** A claim that identifies a person or a session of an issuer, or `null` when it cannot. */
export function usableSubject(claim: unknown): string | null {
  return isUsableSubject(claim) ? claim : null
}
