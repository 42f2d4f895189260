import { randomUUID } from 'node:crypto'
import type { Config } from '#lib/config/load.ts'
import { type SpentNonce, spendNonce } from '#lib/db/nonces.ts'
import type { Queries } from '#lib/db/open.ts'
import { within } from '#lib/db/prepared.ts'
import { challengeOf } from './code-challenge.ts'

type Redemption = {
  /** SHA-256 of the nonce. */
  hash: Buffer<ArrayBuffer>
  verifier: string | undefined
  /** When this browser opened the page. */
  openedAt: Date
  /** The client that the nonce is for. */
  target: string
}

/**
 * Redeems a nonce at a client of the OpenID Provider, in the caller's transaction: starts a new hand-off
 * session, `sid`, for this client alone. Returns `undefined` and changes nothing when the nonce is used,
 * expired or unknown, or the verifier does not match: a caller cannot tell which.
 */
export async function redeemNonceAtClient(
  { hash, verifier, openedAt, target }: Redemption,
  tx: Queries,
  { sessions }: Pick<Config, 'sessions'>,
): Promise<(SpentNonce & { sid: string }) | undefined> {
  const sid = randomUUID()
  const spent = await spendNonce(within(tx), {
    hash,
    openedAt,
    codeChallenge: challengeOf(verifier),
    sessionId: sid,
    target,
    lifetime: sessions.lifetime,
    idleTime: sessions.idleTime,
  })
  return spent && { sid, ...spent }
}
