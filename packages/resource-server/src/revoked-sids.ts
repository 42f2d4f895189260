// A JWT lives for at most five minutes. The rest allows for clocks that differ.
const rememberFor = 330_000
const mostSids = 100_000

export type RevokedSids = ReturnType<typeof createRevokedSids>

/** Remembers sessions that the feed reported as ended, for as long as a JWT of theirs can be valid. */
export function createRevokedSids(clock: () => number, limit: number = mostSids) {
  // All are kept equally long, so the oldest entries expire first.
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
