import { randomUUID } from 'node:crypto'
import type { Config } from '#lib/config/load.ts'
import { sha256 } from '#lib/crypto/digest.ts'
import { randomToken } from '#lib/crypto/random-token.ts'
import type { Queries } from '#lib/db/database.ts'
import type { AnsweredRequest } from '#lib/db/device-requests.ts'
import { type SpentNonce, spendNonce } from '#lib/db/nonce-spending.ts'
import { within } from '#lib/db/prepared.ts'
import { lifetimesOf } from '#lib/handoff/lifetimes.ts'

/**
 * Begins the session of a device that has just been approved, by the nonce of its request, in the caller's
 * transaction: a child of the session that approved, for this client alone.
 */
export async function beginDeviceSession(
  { hash, clientId, device }: AnsweredRequest,
  tx: Queries,
  config: Pick<Config, 'sessions' | 'handoff' | 'webNonces'>,
): Promise<SpentNonce & { sid: string }> {
  const sid = randomUUID()
  const spent = await spendNonce(within(tx), {
    hash,
    openedAt: null,
    codeChallenge: null,
    sessionId: sid,
    target: clientId,
    // Nobody comes with it a second time: the device code is what the device has.
    spentBy: sha256(randomToken()),
    isProven: true,
    device,
    ...lifetimesOf(config),
  })
  if (!spent) throw new Error('the nonce of an approved request cannot be spent')
  return { sid, ...spent }
}
