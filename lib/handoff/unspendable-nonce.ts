import { tellEvents } from '#lib/audit/tell-events.ts'
import type { WhyRefused } from '#lib/db/audit-events.ts'
import { countWrongVerifier } from '#lib/db/nonce-attempts.ts'
import { findNonce, type StoredNonce } from '#lib/db/nonce-spending.ts'
import { openPageSeconds } from '#lib/db/nonces.ts'
import { type Device, deviceOfText, deviceText } from '#lib/sessions/device.ts'
import { type EndingNeeds, endSession } from '#lib/sessions/end-session.ts'
import { distanceFault } from './distance.ts'
import type { GoneAs } from './handoff-view.ts'
import { isVerifierOf } from './open-handoff.ts'
import { browserOf, type PageProof } from './page-proof.ts'
import { tellRefused, tellReplayed } from './tell-attempt.ts'

/** Seconds after its issue within which a replay may end the session that a nonce made. */
const replayEnds = 120

/** A browser that comes with a nonce which it cannot spend. */
export type Attempt = {
  hash: Buffer<ArrayBuffer>
  /** What this browser keeps of the nonce's page. */
  proof: PageProof | undefined
  /** The verifier that it shows now, or has shown before. */
  verifier: string | undefined
  /** Where the nonce would be spent: a client, `null` for Baton itself. A bound nonce begins there anyway. */
  target: string | null
  device: Device
  /** How it wants to go on: by the page's form, by the verifier's header, or by opening a link (or less). */
  by: 'form' | 'header' | 'navigation' | undefined
}

export type Unspendable =
  /** It has spent the nonce before, and may have its answer once more. */
  | { state: 'again'; sid: string; redirectTo: string }
  /** The same, for a bound nonce of an application: it goes on there. */
  | { state: 'onward'; target: string; redirectTo: string | null }
  /** Its source has to approve it first. */
  | { state: 'unapproved' }
  | { state: 'gone'; as?: GoneAs | undefined }

/**
 * What became of a nonce that a browser could not spend. On the way a wrong verifier is counted, and the
 * trail tells of the attempt: as a replay, which may end the session, or as one that is refused, and why.
 */
export async function whatBecameOf(attempt: Attempt, needs: EndingNeeds): Promise<Unspendable> {
  const { hash, proof, verifier, device, by } = attempt
  const nonce = await findNonce(needs.db.$prepared, hash, proof?.openedAt ?? null)
  if (!nonce) return { state: 'gone' }
  const isHere = isPlace(attempt, nonce)
  if (isHere && nonce.isOpen) {
    if (isVerifierOf(nonce, verifier)) return { state: 'unapproved' }
    if (verifier) await tellWrongVerifier(attempt, needs)
    else if (by === 'form') await tellRefused(hash, 'no_verifier', device, needs)
    return { state: 'gone' }
  }
  if (isHere && proof && nonce.spentBy?.equals(browserOf(proof))) return once(nonce, attempt)
  if (isHere && couldHaveSpent(nonce, attempt, needs)) await tellReplay(nonce, attempt, needs)
  else if (by !== undefined) await tellRefused(hash, isHere ? whyGone(nonce) : 'other_target', device, needs)
  return { state: 'gone', as: isHere ? goneAs(nonce, proof) : undefined }
}

// A browser that had the nonce's page is told what became of that: it knows already that there was a nonce.
// To whoever has the link alone, those that are used, expired and unknown look the same. That somebody else
// has used it is told to no other browser either.
function goneAs(nonce: StoredNonce, proof: PageProof | undefined): GoneAs | undefined {
  if (!proof) return undefined
  if (nonce.sessionId !== null) return nonce.spentBy?.equals(browserOf(proof)) ? 'used' : undefined
  if (nonce.closedAs !== null) return nonce.closedAs === 'guessed' ? undefined : nonce.closedAs
  return nonce.isInTime || nonce.spentFor !== null ? undefined : 'expired'
}

async function tellWrongVerifier({ hash, device }: Attempt, needs: EndingNeeds): Promise<void> {
  const { verifiers } = needs.config.limits
  if (!verifiers) return tellRefused(hash, 'wrong_verifier', device, needs)
  const counted = { most: verifiers.max, device: deviceText(device) }
  tellEvents(await countWrongVerifier(needs.db, hash, counted), needs)
}

function whyGone({ sessionId, closedAs, isInTime, spentFor }: StoredNonce): WhyRefused {
  if (sessionId !== null) return 'spent'
  if (closedAs) return closedAs
  return isInTime || spentFor !== null ? 'source_ended' : 'expired'
}

// An unbound nonce of an application means nothing at Baton's own page, and no nonce at another application.
function isPlace({ target }: Attempt, nonce: StoredNonce): boolean {
  return nonce.target === target || (target === null && nonce.codeChallenge !== null)
}

function once({ target, sessionId, redirectTo, spentFor }: StoredNonce, at: Attempt): Unspendable {
  if (sessionId === null || spentFor === null || spentFor >= openPageSeconds)
    return { state: 'gone', as: 'used' }
  if (target !== null && at.target === null) return { state: 'onward', target, redirectTo }
  return { state: 'again', sid: sessionId, redirectTo: redirectTo ?? '/' }
}

/** Whether this browser would have spent the nonce, had it come first. */
function couldHaveSpent(
  nonce: StoredNonce,
  { proof, verifier, device, by }: Attempt,
  { config }: Pick<EndingNeeds, 'config'>,
): boolean {
  // A GET proves something by the header of a bound nonce alone, and a form needs the page before it.
  if (nonce.sessionId === null) return false
  const isWay = by === 'header' ? nonce.codeChallenge !== null : by === 'form' && proof !== undefined
  const isProven = by === 'header' || proof?.byHeader === true
  // Whoever needs a yes and is not the browser that spent it had none.
  const needsNoYes = nonce.approval === null || (nonce.approval === 'unproven' && isProven)
  const isNear = distanceFault(deviceOfText(nonce.sourceDevice), device, config.handoff) === undefined
  return isWay && nonce.isInTime && isVerifierOf(nonce, verifier) && needsNoYes && isNear
}

async function tellReplay(nonce: StoredNonce, { hash, device }: Attempt, needs: EndingNeeds): Promise<void> {
  await tellReplayed(hash, device, needs)
  const ends = needs.config.handoff.onReplay === 'end' && nonce.age <= replayEnds
  if (ends && nonce.sessionId) await endSession(nonce.sessionId, 'replay', needs)
}
