/** How deep causes are looked at. */
const deepest = 5
const isCode = /^[A-Za-z0-9_.-]{1,64}$/

/**
 * What an error is, in one word: the outermost code that it or a cause of it has, else the name of its class.
 * Never words of its message, in which there may be anything.
 */
export function errorTypeOf(error: unknown): string {
  let inner = error as { code?: unknown; name?: unknown; cause?: unknown } | null | undefined
  for (let depth = 0; typeof inner === 'object' && inner !== null && depth < deepest; depth++) {
    if (typeof inner.code === 'string' && isCode.test(inner.code)) return inner.code
    inner = inner.cause as typeof inner
  }
  const { name } = (error ?? {}) as { name?: unknown }
  return typeof name === 'string' && isCode.test(name) ? name : '_OTHER'
}
