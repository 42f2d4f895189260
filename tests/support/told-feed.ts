import type { Database } from '#lib/db/database.ts'
import { RevocationFeed } from '#lib/sessions/revocation-feed.ts'
import { readableLog } from './log.ts'

/** A feed, with what it has told: how often each session, and the batches' sizes. */
export function feedOn(db: Database) {
  const told = new Map<string, number>()
  const sizes: number[] = []
  const feed = new RevocationFeed(
    { db, log: readableLog().log },
    { ended: () => {}, failed: () => {}, lost: () => {} },
  )
  feed.events.on('ended', (sids) => {
    sizes.push(sids.length)
    for (const sid of sids) told.set(sid, (told.get(sid) ?? 0) + 1)
  })
  /** How many of these were told so many times. */
  const times = (sids: string[], count: number) => sids.filter((sid) => (told.get(sid) ?? 0) === count).length
  return { feed, sizes, times }
}
