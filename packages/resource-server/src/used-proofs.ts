import { Unavailable } from './errors.ts'
import { proofWindow } from './proof.ts'

const rememberFor = (2 * proofWindow + 10) * 1000
const mostProofs = 250_000

/** Remembers proofs for as long as they are good, because each works once (RFC 9449, section 11.1). */
export function createUsedProofs(clock: () => number, limit: number = mostProofs) {
  // All are kept equally long, so the oldest entries expire first.
  const ends = new Map<string, number>()
  return {
    /**
     * Remembers a proof; `false` when it is known. Throws `Unavailable` rather than forget one that is good.
     */
    take(id: string): boolean {
      const now = clock()
      for (const [oldest, end] of ends) {
        if (end > now) break
        ends.delete(oldest)
      }
      if (ends.has(id)) return false
      if (ends.size >= limit) throw new Unavailable('there are too many proofs to remember')
      ends.set(id, now + rememberFor)
      return true
    },
    get size(): number {
      return ends.size
    },
  }
}
