/**
 * Parses a JSON object; `undefined` for any other text. Swallows the error of `JSON.parse`, because it quotes
 * the text, which may be a token.
 */
export function parseObject(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text)
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value)
    return isObject ? (value as Record<string, unknown>) : undefined
  } catch {
    return undefined
  }
}
