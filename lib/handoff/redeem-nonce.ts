import { randomUUID } from 'node:crypto'
import { findNonce, type NonceClaim, spendNonce } from '#lib/db/nonce-spending.ts'
import { spendNonceOver } from '#lib/db/nonce-spending-over.ts'
import type { LiveSession } from '#lib/db/sessions.ts'
import { findLiveSession } from '#lib/db/sessions.ts'
import { type Device, deviceOfText, deviceText } from '#lib/sessions/device.ts'
import { type EndingNeeds, noteReplaced } from '#lib/sessions/end-session.ts'
import { type SessionToken, sessionToken } from '#lib/sessions/session-token.ts'
import { inSpan } from '#lib/telemetry/tracer.ts'
import { askSource } from './ask-source.ts'
import { challengeOf } from './code-challenge.ts'
import { distanceFault, looksAtDistance, whyFar } from './distance.ts'
import type { GoneAs } from './handoff-view.ts'
import { lifetimesOf } from './lifetimes.ts'
import { browserOf, nonceHashOf, type PageProof } from './page-proof.ts'
import { tellRedeemed, tellRefused } from './tell-attempt.ts'
import { type Unspendable, whatBecameOf } from './unspendable-nonce.ts'

type Redemption = {
  /** What this browser keeps of the nonce's page. */
  proof: PageProof
  verifier: string | undefined
  device: Device
  /** The standing session of this browser. */
  standing: LiveSession | undefined
}

/** What a browser gets that wants to redeem a nonce. */
export type Redeemed =
  /** Its new session, or the one that it got from this nonce before. */
  | { state: 'redeemed'; isFirst: boolean; session: SessionToken; redirectTo: string }
  /** It has asked the source, and shows these digits. */
  | { state: 'asking'; number: string }
  | { state: 'far' }
  | { state: 'gone'; as?: GoneAs | undefined }

/**
 * Spends a nonce for Baton itself: starts a new hand-off session, and ends the standing session of this
 * browser. The browser that spent it gets the same session again; where the source has to approve, it is
 * asked. Changes nothing where the nonce is used, expired or closed, or the verifier is wrong.
 */
export function redeemNonce(redemption: Redemption, needs: EndingNeeds): Promise<Redeemed> {
  return inSpan('handoff.redeem', {}, async (span) => {
    const redeemed = await redeem(redemption, needs)
    span?.set({ 'baton.handoff.state': redeemed.state })
    return redeemed
  })
}

async function redeem(redemption: Redemption, needs: EndingNeeds): Promise<Redeemed> {
  const { proof, verifier, device, standing } = redemption
  const hash = nonceHashOf(proof)
  const fault = await faultOfDistance(hash, proof, device, needs)
  if (fault === 'far') {
    await tellRefused(hash, whyFar.far, device, needs)
    return { state: 'far' }
  }
  const claim = {
    hash,
    openedAt: proof.openedAt,
    codeChallenge: challengeOf(verifier),
    sessionId: randomUUID(),
    target: null,
    spentBy: browserOf(proof),
    isProven: proof.byHeader === true,
    device: deviceText(device),
    ...lifetimesOf(needs.config),
  }
  const redeemed = fault ? undefined : await spend(claim, standing?.id, needs)
  if (redeemed) return { state: 'redeemed', isFirst: true, ...redeemed }
  const found = await whatBecameOf({ hash, proof, verifier, target: null, device, by: 'form' }, needs)
  // Of any other state it has told why.
  if (fault && found.state === 'unapproved') await tellRefused(hash, whyFar[fault], device, needs)
  if (found.state !== 'unapproved' || fault) return onceMore(found, standing, needs)
  const number = await askSource({ proof, verifier, target: null, device }, needs)
  if (number === null) return { state: 'gone', as: 'cancelled' }
  return number === undefined ? { state: 'gone' } : { state: 'asking', number }
}

/**
 * The session of a nonce that this browser has spent, once more, while it lives and no other stands in the
 * browser.
 */
export async function onceMore(
  found: Unspendable,
  standing: LiveSession | undefined,
  { db }: Pick<EndingNeeds, 'db'>,
): Promise<Redeemed> {
  if (found.state !== 'again') return { state: 'gone', as: found.state === 'gone' ? found.as : undefined }
  const { sid, redirectTo } = found
  // The session that stood here when a second press was read may be the one that the first press has ended.
  const isOther = standing && standing.id !== sid && (await findLiveSession(db, standing.id))
  const session = isOther ? undefined : await findLiveSession(db, sid)
  return session
    ? { state: 'redeemed', isFirst: false, session: sessionToken({ sid, ...session }), redirectTo }
    : { state: 'gone', as: 'used' }
}

async function spend(
  claim: NonceClaim,
  standingSid: string | undefined,
  needs: EndingNeeds,
): Promise<{ session: SessionToken; redirectTo: string } | undefined> {
  const over = standingSid ? await spendNonceOver(needs.db, claim, standingSid) : undefined
  const spent = standingSid ? over?.spent : await spendNonce(needs.db.$prepared, claim)
  if (!spent) return undefined
  tellRedeemed(spent, needs)
  if (over) noteReplaced(over, needs)
  return { session: sessionToken({ sid: claim.sessionId, ...spent }), redirectTo: spent.redirectTo ?? '/' }
}

/** What speaks against redeeming a nonce from here; most configurations do not look at that. */
async function faultOfDistance(
  hash: Buffer<ArrayBuffer>,
  proof: PageProof,
  device: Device,
  { db, config }: Pick<EndingNeeds, 'db' | 'config'>,
): Promise<'far' | 'unbound' | undefined> {
  if (!looksAtDistance(config.handoff)) return undefined
  const nonce = await findNonce(db.$prepared, hash, proof.openedAt)
  // Of one that is not open any more there is something else to say.
  return nonce?.isOpen ? distanceFault(deviceOfText(nonce.sourceDevice), device, config.handoff) : undefined
}
