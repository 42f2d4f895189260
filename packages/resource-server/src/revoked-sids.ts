// A JWT lives for at most five minutes; the rest is for clocks that disagree.
const rememberFor = 330_000
const mostSids = 100_000

export type RevokedSids = ReturnType<typeof createRevokedSids>

/** The sessions of which the feed has told that they are over, for as long as a JWT of theirs can still be good. */
export function createRevokedSids(clock: () => number, limit: number = mostSids) {
  // All are kept equally long, so the order in which they came is the order in which they go.
  const ends = new Map<string, number>()
  return {
    add(sid: string): void {
      const now = clock()
      ends.delete(sid)
      ends.set(sid, now + rememberFor)
      for (const [oldest, end] of ends) {
        if (end > now && ends.size <= limit) break
        ends.delete(oldest)
      }
    },
    has(sid: string): boolean {
      return (ends.get(sid) ?? 0) > clock()
    },
    get size(): number {
      return ends.size
    },
  }
}
