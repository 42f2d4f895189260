import type { Database } from '#lib/db/database.ts'
import type { LiveSession } from '#lib/db/sessions.ts'
import type { Device } from '#lib/sessions/device.ts'
import { type OwnSession, ownSessions, reachOf } from '#lib/sessions/own-sessions.ts'
import { currentMark } from '#lib/sessions/session-watch.ts'
import { noticesOf, type SeenEvent, type Timeline, timelineOf } from './own-activity.ts'

type Needs = { db: Database }

/** What every page about a person's own sessions shows of the one that looks. */
type OwnView = {
  viewer: LiveSession
  /** What was there when the page was made: what is there later has another one. */
  mark: string
}

/** What `/sessions` shows. */
export type SessionsView = OwnView & { sessions: OwnSession[]; notices: SeenEvent[] }

/** What `/activity` shows. */
export type ActivityView = OwnView & Timeline

export async function sessionsView(viewer: LiveSession, device: Device, needs: Needs): Promise<SessionsView> {
  // Before the rest: what changes meanwhile is told once more, and not missed.
  const mark = await currentMark(reachOf(viewer), needs)
  const sessions = await ownSessions(viewer, device, needs)
  return { viewer, mark, sessions, notices: await noticesOf(viewer, device, needs) }
}

export async function activityView(
  viewer: LiveSession,
  device: Device,
  before: string | undefined,
  needs: Needs,
): Promise<ActivityView> {
  const mark = await currentMark(reachOf(viewer), needs)
  return { viewer, mark, ...(await timelineOf(viewer, device, before, needs)) }
}
