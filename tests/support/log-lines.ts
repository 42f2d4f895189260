import type { Baton } from './baton.ts'

/** The lines that Baton has logged so far under the id of a request; the last ones may be on their way. */
export function linesOf(baton: Baton, requestId: unknown): Record<string, unknown>[] {
  const lines = baton
    .log()
    .split('\n')
    .filter((line) => line.startsWith('{') && line.endsWith('}'))
  return lines.map((line) => JSON.parse(line)).filter((line) => line.requestId === requestId)
}
