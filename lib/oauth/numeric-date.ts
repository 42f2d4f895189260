/** Whole seconds since the epoch, as JWTs and OAuth write a time (RFC 7519, section 2). */
export function numericDate(date: Date): number {
  return Math.floor(date.getTime() / 1000)
}
