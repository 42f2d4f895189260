import { visitBy } from '#lib/callers/visit.ts'
import { isDatabaseAway } from '#lib/db/away.ts'
import { findLiveSession, type LiveSession } from '#lib/db/sessions.ts'
import type { Runtime } from '#lib/runtime.ts'
import type { Exchange } from './endpoint.ts'

/**
 * A page that shows who is signed in. The endpoint finds that out, because a page that fails while it is
 * rendered has no status of its own. Throws `temporarily_unavailable`.
 */
export async function renderVisited({ req, runtime, render }: Exchange): Promise<void> {
  const visit = await visitBy(req.headers.cookie, runtime)
  return runtime.visit.run(visit, () => render())
}

/**
 * `GET /session`: as above, of the session's row as the database has it now. Throws `temporarily_unavailable`
 * where it cannot be had at all.
 */
export async function renderSession({ req, runtime, render }: Exchange): Promise<void> {
  const { session, live } = await visitBy(req.headers.cookie, runtime)
  const row = session && (await rowOf(session.sid, live, runtime))
  return runtime.visit.run({ session, live: row ?? undefined }, () => render())
}

async function rowOf(sid: string, held: LiveSession | undefined, { db }: Runtime) {
  try {
    return await findLiveSession(db, sid)
  } catch (error) {
    if (held && isDatabaseAway(error)) return held
    throw error
  }
}
