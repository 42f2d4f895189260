import type { Database } from '#lib/db/database.ts'
import { isWithin, type ListedSession, listSessions, type Reach } from '#lib/db/own-sessions.ts'
import type { LiveSession } from '#lib/db/sessions.ts'
import { type Device, deviceOfText } from './device.ts'
import { type EndingNeeds, endAllSessions, endSession } from './end-session.ts'
import { type Network, networkOf } from './network.ts'

/** A living session, as its person sees it. */
export type OwnSession = Omit<ListedSession, 'device'> & {
  device: Device | undefined
  /** Whether it began in the network of the one who looks. */
  network: Network
  /** Whether it is the one that looks. */
  isCurrent: boolean
  /** How many others end with it, of those that are listed. */
  descendants: number
}

/**
 * What a session may see and end: all that its person has. A hand-off may be in hands that are not to see or
 * end the rest, so it has itself and what came of it.
 */
export function reachOf({ id, kind, user }: Pick<LiveSession, 'id' | 'kind' | 'user'>): Reach {
  return { userId: user.id, within: kind === 'handoff' ? id : null }
}

/** The living sessions that `viewer` may see, from a browser or app at `device`. */
export async function ownSessions(
  viewer: LiveSession,
  device: Device,
  { db }: { db: Database },
): Promise<OwnSession[]> {
  const rows = await listSessions(db, reachOf(viewer), viewer.id)
  const parents = new Map(rows.map(({ id, parentId }) => [id, parentId]))
  const ending = countDescendants(parents)
  return rows.map(({ parentId, device: text, ...row }) => {
    const began = deviceOfText(text)
    return {
      ...row,
      // One that is not listed itself is nobody's parent here.
      parentId: parentId !== null && parents.has(parentId) ? parentId : null,
      device: began,
      network: networkOf(began, device),
      isCurrent: row.id === viewer.id,
      descendants: ending.get(row.id) ?? 0,
    }
  })
}

function countDescendants(parents: ReadonlyMap<string, string | null>): Map<string, number> {
  const counts = new Map<string, number>()
  for (const parent of parents.values())
    for (let above = parent; above != null; above = parents.get(above) ?? null)
      counts.set(above, (counts.get(above) ?? 0) + 1)
  return counts
}

const uuid = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/

/**
 * Ends one of the sessions that `viewer` may see, with all that came of it. `false`, and nothing ends, for
 * any other: a stranger's, an unknown or an ended one.
 */
export async function endOwnSession(viewer: LiveSession, sid: string, needs: EndingNeeds): Promise<boolean> {
  if (!uuid.test(sid) || !(await isWithin(needs.db, reachOf(viewer), sid))) return false
  await endSession(sid, 'ended_by_person', needs)
  return true
}

/** Ends all sessions that `viewer` may see, its own included. */
export async function endOwnSessions(viewer: LiveSession, needs: EndingNeeds): Promise<void> {
  const { userId, within } = reachOf(viewer)
  if (within === null) await endAllSessions(userId, 'signed_out_everywhere', needs)
  else await endSession(within, 'ended_by_person', needs)
}
