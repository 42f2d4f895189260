import type { Logger } from 'pino'
import { tellEvents } from '#lib/audit/tell-events.ts'
import type { HandoffConfig } from '#lib/config/handoff.ts'
import type { Config } from '#lib/config/load.ts'
import { sha256 } from '#lib/crypto/digest.ts'
import { isRandomToken } from '#lib/crypto/random-token.ts'
import type { Database } from '#lib/db/database.ts'
import { type OpenNonce, openNonce } from '#lib/db/nonces.ts'
import { type Device, deviceOfText, deviceText } from '#lib/sessions/device.ts'
import { type Network, networkOf } from '#lib/sessions/network.ts'
import { inSpan } from '#lib/telemetry/tracer.ts'
import { challengeOf } from './code-challenge.ts'
import { mustAsk } from './confirmation.ts'
import { distanceFault, whyFar } from './distance.ts'
import { browserOf, newPageProof, type PageProof } from './page-proof.ts'
import { tellRefused } from './tell-attempt.ts'

type Needs = { db: Database; config: Config; log: Logger }

/** A nonce that can be redeemed, as one browser sees it. */
export type SeenNonce = OpenNonce & {
  /** What this browser keeps of its page. */
  proof: PageProof
  /** Whether to ask the person first. */
  mustAsk: boolean
  /** What asked for it. */
  source: Device | undefined
  network: Network
  /** Whether the configuration refuses a browser that is so far from the source. */
  isFar: boolean
  /** The digits that this browser shows while it waits for the source's approval. */
  asking: string | undefined
  /** Whether this browser may redeem it now: the source has approved it, or need not. */
  isApproved: boolean
}

/** Whether a nonce is bound to this verifier; always true for an unbound nonce. */
export function isVerifierOf(
  { codeChallenge }: Pick<OpenNonce, 'codeChallenge'>,
  verifier: string | undefined,
): boolean {
  return codeChallenge === null || challengeOf(verifier) === codeChallenge
}

type Look = {
  /** What this browser keeps of the nonce's page, if it has opened it before. */
  proof: PageProof | undefined
  standingUserId?: string | undefined
  device: Device
  /**
   * The client that the nonce would be spent at, `null` for Baton itself, or the first step of every bound
   * nonce.
   */
  at: { target: string | null } | 'first step'
  /** The client's own setting of when to ask. */
  confirm?: HandoffConfig['confirm'] | undefined
}

/**
 * Looks up a nonce by its SHA-256 without spending it. A page that this browser opened in time can be opened
 * again. `undefined` when the nonce can no longer be redeemed, or not from here.
 */
export function lookAtNonce(
  hash: Buffer<ArrayBuffer>,
  look: Look,
  needs: Needs,
): Promise<SeenNonce | undefined> {
  return inSpan('handoff.open', {}, () => seenNonce(hash, look, needs))
}

async function seenNonce(
  hash: Buffer<ArrayBuffer>,
  { proof: earlier, standingUserId, device, at, confirm }: Look,
  { db, config, log }: Needs,
): Promise<SeenNonce | undefined> {
  const opened = await openNonce(db, hash, earlier?.openedAt ?? null, { at, device: deviceText(device) })
  if (!opened) return undefined
  tellEvents(opened.events, { log })
  const source = deviceOfText(opened.sourceDevice)
  const fault = distanceFault(source, device, config.handoff)
  if (fault) await tellRefused(hash, whyFar[fault], device, { db, log })
  if (fault === 'unbound') return undefined
  const { target, openedAt, askedBy, number } = opened
  const proof = earlier ?? newPageProof({ hash: hash.toString('base64url'), openedAt, target })
  const isAsking = number !== null && askedBy?.equals(browserOf(proof)) === true
  const isProven = proof.byHeader === true && isVerifierOf(opened, proof.verifier)
  const needsApproval = opened.approval === 'source' || (opened.approval === 'unproven' && !isProven)
  return {
    ...opened,
    proof,
    // A browser asks its source by a press of its person's, and not because a scanner has loaded the page.
    mustAsk:
      (needsApproval && !isProven) ||
      mustAsk(confirm ?? config.handoff.confirm, {
        boundByHeader: isProven,
        userId: opened.user.id,
        standingUserId,
      }),
    source,
    network: networkOf(source, device),
    isFar: fault === 'far',
    asking: isAsking ? number : undefined,
    isApproved: !needsApproval || (isAsking && opened.isApproved),
  }
}

/** Looks at a nonce for Baton's own hand-off page; the proof has the nonce itself, for a reload. */
export async function openHandoff(
  { nonce, proof: earlier }: { nonce: string; proof: PageProof | undefined },
  look: Pick<Look, 'standingUserId' | 'device'>,
  needs: Needs,
): Promise<SeenNonce | undefined> {
  if (!isRandomToken(nonce)) return undefined
  const seen = await lookAtNonce(sha256(nonce), { ...look, proof: earlier, at: 'first step' }, needs)
  return seen && { ...seen, proof: { ...seen.proof, nonce } }
}
