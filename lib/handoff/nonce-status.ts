import { sha256 } from '#lib/crypto/digest.ts'
import { findNonceState, openPageSeconds } from '#lib/db/nonces.ts'
import { OAuthError } from '#lib/oauth/error.ts'
import type { Runtime } from '#lib/runtime.ts'

export type NonceStatus = 'waiting' | 'opened' | 'redeemed' | 'expired'

/** How far a nonce has come, told to the session that asked for it. Throws `not_found` for any other. */
export async function nonceStatus(
  nonce: string,
  sid: string,
  { db }: Pick<Runtime, 'db'>,
): Promise<NonceStatus> {
  const state = await findNonceState(db, sha256(nonce), sid)
  if (!state) throw new OAuthError('not_found', 'this session has no such nonce')
  if (state.usedAt) return 'redeemed'
  if (!state.openedAt) return state.expired ? 'expired' : 'waiting'
  return Date.now() < state.openedAt.getTime() + openPageSeconds * 1000 ? 'opened' : 'expired'
}
