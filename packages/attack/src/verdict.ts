/** The server does not withstand an attack; the message says how. */
export class Failed extends Error {}

/** An attack cannot be tried; the message says why, and which option makes it possible. */
export class Skipped extends Error {}

/** Throws {@link Failed} with what was found, unless the condition holds. */
export function must(condition: unknown, found: string): asserts condition {
  if (!condition) throw new Failed(found)
}
