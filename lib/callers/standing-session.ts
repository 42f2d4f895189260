import type { IncomingMessage } from 'node:http'
import type { Config } from '#lib/config/load.ts'
import type { Database } from '#lib/db/open.ts'
import { findLiveSession, type LiveSession } from '#lib/db/sessions.ts'
import { readSessionCookie } from './session-cookie.ts'

/** The live session of the browser's cookie, read from the database. */
export async function standingSession(
  { headers }: Pick<IncomingMessage, 'headers'>,
  { db, config }: { db: Database; config: Config },
): Promise<LiveSession | undefined> {
  const token = await readSessionCookie(headers.cookie, config)
  return token && findLiveSession(db, token.sid)
}
