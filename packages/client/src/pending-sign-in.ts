import { BatonError } from './error.ts'
import { oneAtATime } from './one-at-a-time.ts'
import type { Settings } from './options.ts'
import { stored } from './stored.ts'

const FIELDS = ['state', 'nonce', 'codeVerifier', 'redirectUri'] as const

/** What a sign-in must remember until its callback arrives. */
export type PendingSignIn = Record<(typeof FIELDS)[number], string>

export type PendingSignIns = ReturnType<typeof createPendingSignIns>

/**
 * Keeps the one sign-in that waits for its callback. It is in the app's storage, because the system may end
 * the app meanwhile.
 */
export function createPendingSignIns({ storage, baton, identityProvider }: Settings) {
  const { issuer = '', clientId = '' } = identityProvider ?? {}
  const record = stored(storage, 'baton.sign-in', FIELDS, { baton, issuer, clientId })
  const inTurn = oneAtATime()

  return {
    /** Stores a sign-in and replaces an older one. Throws `storage`. */
    begin: (pending: PendingSignIn) => inTurn(() => record.write(pending)),

    /**
     * Returns the sign-in with this state, once. A callback with another state leaves it in place, because
     * anybody can send one. Throws `state_mismatch`, `storage`.
     */
    take: (state: string | undefined) =>
      inTurn(async () => {
        const pending = await record.read()
        if (!pending || pending.state !== state)
          throw new BatonError('state_mismatch', 'this callback belongs to no waiting sign-in')
        await record.remove()
        return pending
      }),

    /** Discards the waiting sign-in. Throws `storage`. */
    forget: () => inTurn(record.remove),
  }
}
