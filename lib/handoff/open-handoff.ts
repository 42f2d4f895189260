import type { HandoffConfig } from '#lib/config/handoff.ts'
import type { Config } from '#lib/config/load.ts'
import { sha256 } from '#lib/crypto/digest.ts'
import { isRandomToken } from '#lib/crypto/random-token.ts'
import { type OpenNonce, openNonce } from '#lib/db/nonces.ts'
import type { Database } from '#lib/db/open.ts'
import { challengeOf } from './code-challenge.ts'
import { mustAsk } from './confirmation.ts'
import { newPageProof, type PageProof } from './page-proof.ts'

type Needs = { db: Database; config: Config }

/** A nonce that can be redeemed: its person, when its page was opened, and whether to ask the person. */
export type SeenNonce = OpenNonce & { mustAsk: boolean }

/** Whether a nonce is bound to this verifier; always true for an unbound nonce. */
export function isVerifierOf(
  { codeChallenge }: Pick<OpenNonce, 'codeChallenge'>,
  verifier: string | undefined,
): boolean {
  return codeChallenge === null || challengeOf(verifier) === codeChallenge
}

type Look = {
  /** When this browser opened the page, if it did in time. */
  openedAt?: Date | undefined
  standingUserId?: string | undefined
  /**
   * The client that the nonce would be spent at, `null` for Baton itself, or the first step of every bound
   * nonce.
   */
  at: { target: string | null } | 'first step'
  /** The client's own setting of when to ask. */
  confirm?: HandoffConfig['confirm'] | undefined
  /** The proof that this browser keeps of the nonce's page. */
  proof?: PageProof | undefined
}

/**
 * Looks up a nonce by its SHA-256 without spending it. `undefined` when it can no longer be redeemed.
 */
export async function lookAtNonce(
  hash: Buffer<ArrayBuffer>,
  { openedAt, standingUserId, at, confirm, proof }: Look,
  { db, config }: Needs,
): Promise<SeenNonce | undefined> {
  const opened = await openNonce(db, hash, openedAt ?? proof?.openedAt ?? null, at)
  if (!opened) return undefined
  const asks = mustAsk(confirm ?? config.handoff.confirm, {
    boundByHeader: proof?.byHeader === true && isVerifierOf(opened, proof.verifier),
    userId: opened.user.id,
    standingUserId,
  })
  return { ...opened, mustAsk: asks }
}

/**
 * Looks at a nonce for Baton's own hand-off page, and returns the page proof for this browser to keep. A page
 * that this browser opened in time (`earlier`) can be opened again. `undefined` for a nonce that can no
 * longer be redeemed.
 */
export async function openHandoff(
  nonce: string,
  { earlier, standingUserId }: { earlier?: PageProof | undefined; standingUserId?: string | undefined },
  needs: Needs,
): Promise<(SeenNonce & { proof: PageProof }) | undefined> {
  if (!isRandomToken(nonce)) return undefined
  const seen = await lookAtNonce(sha256(nonce), { proof: earlier, standingUserId, at: 'first step' }, needs)
  return seen && { ...seen, proof: earlier ?? newPageProof(nonce, seen.openedAt, seen.target) }
}
