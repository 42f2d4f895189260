/** The messages of a language by their keys, such as `signIn.title`. */
export function flatMessages(messages: object, before = ''): Map<string, string> {
  return new Map(
    Object.entries(messages).flatMap(([key, value]) =>
      typeof value === 'string'
        ? [[before + key, value] as const]
        : [...flatMessages(value, `${before}${key}.`)],
    ),
  )
}
