import { lacks } from '#lib/db/health.ts'
import { OAuthError } from '#lib/oauth/error.ts'
import type { Runtime } from '#lib/runtime.ts'
import { type Answer, type Call, json } from './endpoint.ts'

/**
 * `GET /api/ready`: whether calls may come here, to this worker or another one. Throws
 * `temporarily_unavailable` with the part that is missing.
 */
export async function ready(_: Call, { health, leaving }: Runtime): Promise<Answer> {
  const { aborted, reason } = leaving.signal
  if (aborted && reason !== 'replaced')
    throw new OAuthError('temporarily_unavailable', 'the server is about to stop')
  const lack = await health.lack()
  if (lack) throw new OAuthError('temporarily_unavailable', lacks[lack])
  return json({ status: 'ready' })
}
