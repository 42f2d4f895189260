import { randomUUID } from 'node:crypto'
import type { Config } from '#lib/config/load.ts'
import type { Queries } from '#lib/db/database.ts'
import { type SpentNonce, spendNonce } from '#lib/db/nonce-spending.ts'
import { within } from '#lib/db/prepared.ts'
import { type Device, deviceText } from '#lib/sessions/device.ts'
import { inSpan } from '#lib/telemetry/tracer.ts'
import { challengeOf } from './code-challenge.ts'
import { lifetimesOf } from './lifetimes.ts'
import { browserOf, nonceHashOf, type PageProof } from './page-proof.ts'

type Redemption = {
  /** What this browser keeps of the nonce's page. */
  proof: PageProof
  verifier: string | undefined
  /** The client that the nonce is for. */
  target: string
  device: Device
}

/**
 * Redeems a nonce at a client of the OpenID Provider, in the caller's transaction: starts a new hand-off
 * session, `sid`, for this client alone. Returns `undefined` and changes nothing when the nonce is used,
 * expired, closed, unknown or not approved, or the verifier does not match: a caller cannot tell which.
 */
export function redeemNonceAtClient(
  { proof, verifier, target, device }: Redemption,
  tx: Queries,
  config: Pick<Config, 'sessions' | 'handoff' | 'webNonces'>,
): Promise<(SpentNonce & { sid: string }) | undefined> {
  const sid = randomUUID()
  const claim = {
    hash: nonceHashOf(proof),
    openedAt: proof.openedAt,
    codeChallenge: challengeOf(verifier),
    sessionId: sid,
    target,
    spentBy: browserOf(proof),
    isProven: proof.byHeader === true,
    device: deviceText(device),
    ...lifetimesOf(config),
  }
  return inSpan('handoff.redeem', {}, async (span) => {
    const spent = await spendNonce(within(tx), claim)
    span?.set({ 'baton.handoff.state': spent ? 'redeemed' : 'gone' })
    return spent && { sid, ...spent }
  })
}
