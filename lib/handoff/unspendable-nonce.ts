import { findNonce, type StoredNonce } from '#lib/db/nonce-spending.ts'
import { countWrongVerifier, openPageSeconds } from '#lib/db/nonces.ts'
import { type EndingNeeds, endSession } from '#lib/sessions/end-session.ts'
import { type Device, deviceOfText, distanceFault } from './device.ts'
import { isVerifierOf } from './open-handoff.ts'
import { browserOf, type PageProof } from './page-proof.ts'

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
  | { state: 'gone' }

/**
 * What became of a nonce that a browser could not spend. On the way a wrong verifier is counted, and a spent
 * nonce in another browser is told: as a replay, which may end the session, or as a link that was opened
 * late.
 */
export async function whatBecameOf(attempt: Attempt, needs: EndingNeeds): Promise<Unspendable> {
  const { hash, proof, verifier, by } = attempt
  const nonce = await findNonce(needs.db.$prepared, hash, proof?.openedAt ?? null)
  if (!nonce || !isPlace(attempt, nonce)) return { state: 'gone' }
  if (nonce.isOpen) {
    if (isVerifierOf(nonce, verifier)) return { state: 'unapproved' }
    const { verifiers } = needs.config.limits
    if (verifier && verifiers) await countWrongVerifier(needs.db, hash, verifiers.max)
    return { state: 'gone' }
  }
  if (nonce.sessionId === null) return { state: 'gone' }
  if (proof && nonce.spentBy?.equals(browserOf(proof))) return once(nonce, attempt)
  if (couldHaveSpent(nonce, attempt, needs)) await tellReplay(nonce, attempt, needs)
  else if (by !== undefined) tellLate(nonce, attempt, needs)
  return { state: 'gone' }
}

// An unbound nonce of an application means nothing at Baton's own page, and no nonce at another application.
function isPlace({ target }: Attempt, nonce: StoredNonce): boolean {
  return nonce.target === target || (target === null && nonce.codeChallenge !== null)
}

function once({ target, sessionId, redirectTo, spentFor }: StoredNonce, at: Attempt): Unspendable {
  if (sessionId === null || spentFor === null || spentFor >= openPageSeconds) return { state: 'gone' }
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
  const isWay = by === 'header' ? nonce.codeChallenge !== null : by === 'form' && proof !== undefined
  const isProven = by === 'header' || proof?.byHeader === true
  // Whoever needs a yes and is not the browser that spent it had none.
  const needsNoYes = nonce.approval === null || (nonce.approval === 'unproven' && isProven)
  const isNear = distanceFault(deviceOfText(nonce.sourceDevice), device, config.handoff) === undefined
  return isWay && nonce.isInTime && isVerifierOf(nonce, verifier) && needsNoYes && isNear
}

// It ends nothing: scanners of links do so as well.
function tellLate(nonce: StoredNonce, { hash, device }: Attempt, { log }: EndingNeeds): void {
  log.info({ event: 'handoff.late', ...about(hash, nonce), device }, 'a spent link was opened')
}

async function tellReplay(nonce: StoredNonce, { hash, device }: Attempt, needs: EndingNeeds): Promise<void> {
  const ends = needs.config.handoff.onReplay === 'end' && nonce.age <= replayEnds
  needs.log.warn(
    { event: 'handoff.replay', ...about(hash, nonce), device, ended: ends },
    'another browser tried to redeem a spent nonce, and could have: the link may be in the wrong hands',
  )
  if (ends && nonce.sessionId) await endSession(nonce.sessionId, needs)
}

function about(hash: Buffer, { sessionId, sourceSessionId, sourceClientId }: StoredNonce) {
  return { nonce: hash.toString('hex').slice(0, 16), session: sessionId, sourceSessionId, sourceClientId }
}
