import { Unavailable } from './errors.ts'
import { proofWindow } from './proof.ts'

const rememberFor = (2 * proofWindow + 10) * 1000
const mostProofs = 250_000

/** Remembers proofs for as long as they are good, because each works once (RFC 9449, section 11.1). */
export function createUsedProofs(clock: () => number, limit: number = mostProofs) {
  // All are kept equally long, so the oldest entries expire first.
  const ends = new Map<string, { end: number; sub: string }>()
  const shares = new Map<string, number>()
  return {
    /**
     * Remembers a proof of a person, who has a quarter of the room; `false` when it is known. Throws
     * `Unavailable` rather than forget one that is good.
     */
    take(id: string, sub: string): boolean {
      const now = clock()
      for (const [oldest, { end, sub: whose }] of ends) {
        if (end > now) break
        ends.delete(oldest)
        const left = (shares.get(whose) ?? 0) - 1
        if (left > 0) shares.set(whose, left)
        else shares.delete(whose)
      }
      if (ends.has(id)) return false
      const share = (shares.get(sub) ?? 0) + 1
      if (ends.size >= limit || share > limit / 4)
        throw new Unavailable('there are too many proofs to remember')
      ends.set(id, { end: now + rememberFor, sub })
      shares.set(sub, share)
      return true
    },
    get size(): number {
      return ends.size
    },
  }
}
