/** Which of these secrets a text gives away, whole or in part, as it stands, percent-encoded or in base64. */
export function secretsIn(text: string, secrets: Iterable<string>): string[] {
  const forms = [text, percentDecoded(text), ...base64Decoded(text)]
  return [...secrets].filter((secret) =>
    piecesOf(secret).some((piece) => forms.some((form) => form.includes(piece))),
  )
}

// A piece from the middle and the end of a long token: a cookie's chunks or a log may have cut it.
function piecesOf(secret: string): string[] {
  if (secret.length < 64) return [secret]
  const middle = Math.floor(secret.length / 2)
  return [secret.slice(middle, middle + 24), secret.slice(-24)]
}

function percentDecoded(text: string): string {
  return text.replace(/(?:%[0-9a-f]{2})+/gi, (escaped) => {
    try {
      return decodeURIComponent(escaped)
    } catch {
      return escaped
    }
  })
}

function base64Decoded(text: string): string[] {
  const words = text.match(/[A-Za-z0-9+/_-]{40,}/g) ?? []
  return words.map((word) => Buffer.from(word, 'base64').toString('latin1'))
}
