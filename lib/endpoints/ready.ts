import { isAnswering } from '#lib/db/ready.ts'
import { OAuthError } from '#lib/oauth/error.ts'
import type { Runtime } from '#lib/runtime.ts'
import { type Answer, type Call, json } from './endpoint.ts'

/** `GET /api/ready`: the database answers as well. Throws `temporarily_unavailable`. */
export async function ready(_: Call, { db, leaving }: Runtime): Promise<Answer> {
  if (leaving.signal.aborted) throw new OAuthError('temporarily_unavailable', 'the server is about to stop')
  if (!(await isAnswering(db)))
    throw new OAuthError('temporarily_unavailable', 'the database does not answer')
  return json({ status: 'ready' })
}
