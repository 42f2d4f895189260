import type { HandoffConfig } from '#lib/config/schema.ts'
import { sha256 } from '#lib/crypto/digest.ts'
import { type OpenNonce, openNonce } from '#lib/db/nonces.ts'
import type { Runtime } from '#lib/runtime.ts'
import { mustAsk } from './confirmation.ts'
import { isNonce } from './nonce-syntax.ts'
import { newPageProof, type PageProof } from './page-proof.ts'

type Needs = Pick<Runtime, 'db' | 'config'>

/** A nonce that was looked at: whose it is, since when its page is open, and whether the person has to be asked. */
export type SeenNonce = OpenNonce & { mustAsk: boolean }

type Look = {
  /** When this browser opened the page, if it did in time. */
  openedAt?: Date | undefined
  standingUserId?: string | undefined
  /** The client that the nonce would be spent at, and its own rule of when to ask; `null` for Baton itself. */
  target?: string | null
  confirm?: HandoffConfig['confirm'] | undefined
}

/** Looks at a nonce, by its SHA-256, without spending it. `undefined` for one that cannot be redeemed any more. */
export async function lookAtNonce(
  hash: Buffer<ArrayBuffer>,
  { openedAt, standingUserId, target = null, confirm }: Look,
  { db, config }: Needs,
): Promise<SeenNonce | undefined> {
  const opened = await openNonce(db, hash, openedAt ?? null, target)
  if (!opened) return undefined
  const asks = mustAsk(confirm ?? config.handoff.confirm, {
    boundByHeader: false,
    userId: opened.user.id,
    standingUserId,
  })
  return { ...opened, mustAsk: asks }
}

/**
 * The same for the hand-off page of Baton itself, with the proof that this browser keeps of it. A page that it opened in time
 * (`earlier`) may be opened again.
 */
export async function openHandoff(
  nonce: string,
  { earlier, standingUserId }: { earlier?: PageProof | undefined; standingUserId?: string | undefined },
  needs: Needs,
): Promise<(SeenNonce & { proof: PageProof }) | undefined> {
  if (!isNonce(nonce)) return undefined
  const seen = await lookAtNonce(sha256(nonce), { openedAt: earlier?.openedAt, standingUserId }, needs)
  return seen && { ...seen, proof: earlier ?? newPageProof(nonce, seen.openedAt) }
}
