import { randomUUID } from 'node:crypto'
import { spendNonce, spendNonceOver } from '#lib/db/nonces.ts'
import { findUserIdOf } from '#lib/db/sessions.ts'
import { type EndingNeeds, noteEnded } from '#lib/sessions/end-session.ts'
import { type SessionToken, sessionToken } from '#lib/sessions/session-token.ts'
import { challengeOf } from './code-challenge.ts'

type Redemption = {
  /** SHA-256 of the nonce. */
  hash: Buffer<ArrayBuffer>
  verifier?: string | undefined
  /** When this browser opened the page, if it did. */
  openedAt?: Date | undefined
  /** The standing session of this browser. */
  standingSid?: string | undefined
}

/**
 * Spends a nonce: starts a new hand-off session, and ends the standing session of this browser. Returns
 * `undefined` and changes nothing when the nonce is used, expired or unknown, or the verifier is wrong: a
 * caller cannot tell which.
 */
export async function redeemNonce(
  { hash, verifier, openedAt, standingSid }: Redemption,
  needs: EndingNeeds,
): Promise<{ session: SessionToken; redirectTo: string } | undefined> {
  const sessionId = randomUUID()
  const claim = {
    hash,
    openedAt: openedAt ?? null,
    codeChallenge: challengeOf(verifier),
    sessionId,
    target: null,
    lifetime: needs.config.sessions.lifetime,
    idleTime: needs.config.sessions.idleTime,
  }
  // Query this before the nonce is spent: a failure afterwards would cost the browser its hand-off.
  const standing = standingSid && (await findUserIdOf(needs.db, standingSid))
  const { spent: redeemed, ended } = standingSid
    ? await spendNonceOver(needs.db, claim, standingSid)
    : { spent: await spendNonce(needs.db.$prepared, claim), ended: [] }
  if (!redeemed) return undefined
  // Some providers end all sign-ins of a person when one of them is revoked.
  void noteEnded(ended, needs, { revoke: standing !== redeemed.user.id })
  return {
    session: sessionToken({ sid: sessionId, ...redeemed }),
    redirectTo: redeemed.redirectTo ?? '/',
  }
}
