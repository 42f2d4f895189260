import { sha256 } from '#lib/crypto/digest.ts'
import { findNonceState, openPageSeconds } from '#lib/db/nonces.ts'
import type { Database } from '#lib/db/open.ts'
import { OAuthError } from '#lib/oauth/error.ts'

type NonceStatus = 'waiting' | 'opened' | 'redeemed' | 'expired'

/** The status of a nonce, for the session that asked for it. Throws `not_found` for any other session. */
export async function nonceStatus(
  nonce: string,
  sid: string,
  { db }: { db: Database },
): Promise<NonceStatus> {
  const state = await findNonceState(db, sha256(nonce), sid)
  if (!state) throw new OAuthError('not_found', 'this session has no such nonce')
  if (state.usedAt) return 'redeemed'
  if (!state.openedAt) return state.expired ? 'expired' : 'waiting'
  return Date.now() < state.openedAt.getTime() + openPageSeconds * 1000 ? 'opened' : 'expired'
}
