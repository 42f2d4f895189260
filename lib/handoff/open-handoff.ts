import { sha256 } from '#lib/crypto/digest.ts'
import { openNonce } from '#lib/db/nonces.ts'
import type { User } from '#lib/db/users.ts'
import type { Runtime } from '#lib/runtime.ts'
import { mustAsk } from './confirmation.ts'
import { isNonce } from './nonce-syntax.ts'
import { newPageProof, type PageProof } from './page-proof.ts'

export type OpenedHandoff = {
  /** Whom the nonce would sign in. */
  user: User
  bound: boolean
  mustAsk: boolean
  proof: PageProof
}

/**
 * Looks at a nonce without spending it: whose it is and whether the person has to be asked. A page that this browser
 * opened in time (`earlier`) may be opened again. `undefined` for a nonce that cannot be redeemed any more.
 */
export async function openHandoff(
  nonce: string,
  { earlier, standingUserId }: { earlier?: PageProof | undefined; standingUserId?: string | undefined },
  { db, config }: Pick<Runtime, 'db' | 'config'>,
): Promise<OpenedHandoff | undefined> {
  if (!isNonce(nonce)) return undefined
  const opened = await openNonce(db, sha256(nonce), earlier?.openedAt ?? null)
  if (!opened) return undefined
  const { user, bound, openedAt } = opened
  return {
    user,
    bound,
    mustAsk: mustAsk(config.handoff.confirm, { boundByHeader: false, userId: user.id, standingUserId }),
    proof: earlier ?? newPageProof(nonce, openedAt),
  }
}
