/** Whether a text can be a hand-off nonce at all: 43 base64url characters. */
export function isNonce(text: string): boolean {
  return /^[A-Za-z0-9_-]{43}$/.test(text)
}
