type Detailed = Error & { code?: string }

/** An error with those that led to it. Auth.js keeps one in `cause.err`, everybody else in `cause`. */
export function errorChain(thrown: unknown): Detailed[] {
  const chain: Detailed[] = []
  for (let next = thrown; next instanceof Error && !chain.includes(next); ) {
    chain.push(next)
    const { cause } = next
    const inner = (cause as { err?: unknown } | undefined)?.err
    next = inner instanceof Error ? inner : cause
  }
  return chain
}
