import type { IncomingMessage } from 'node:http'
import type { Config } from '#lib/config/load.ts'
import type { Database } from '#lib/db/database.ts'
import type { LiveSession } from '#lib/db/sessions.ts'
import { touchSession } from '#lib/sessions/touch-session.ts'
import { readSessionCookie } from './session-cookie.ts'

/** The live session of the browser's cookie, read from the database; to ask is a use of it. */
export async function standingSession(
  { headers }: Pick<IncomingMessage, 'headers'>,
  needs: { db: Database; config: Config },
): Promise<LiveSession | undefined> {
  const token = readSessionCookie(headers.cookie, needs.config)
  return token && touchSession(token.sid, needs)
}
