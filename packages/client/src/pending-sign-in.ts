import { BatonError } from './error.ts'
import { oneAtATime } from './one-at-a-time.ts'
import type { Settings } from './options.ts'
import { stored } from './stored.ts'

const FIELDS = ['state', 'nonce', 'codeVerifier', 'redirectUri'] as const

/** What a sign-in must remember until its callback. */
export type PendingSignIn = Record<(typeof FIELDS)[number], string>

export type PendingSignIns = ReturnType<typeof createPendingSignIns>

/** Keeps the one sign-in that waits for its callback in the app's storage, as the app may be ended meanwhile. */
export function createPendingSignIns({ storage, baton, identityProvider }: Settings) {
  const { issuer = '', clientId = '' } = identityProvider ?? {}
  const record = stored(storage, 'baton.sign-in', FIELDS, { baton, issuer, clientId })
  const inTurn = oneAtATime()

  return {
    /** Remembers a sign-in in place of any older one. Throws `storage`. */
    begin: (pending: PendingSignIn) => inTurn(() => record.write(pending)),

    /**
     * Gives the sign-in of this state, once. A callback with another state leaves it where it is, as anybody may send one.
     * Throws `state_mismatch`, `storage`.
     */
    take: (state: string | undefined) =>
      inTurn(async () => {
        const pending = await record.read()
        if (!pending || pending.state !== state)
          throw new BatonError('state_mismatch', 'this callback belongs to no sign-in that waits for one')
        await record.remove()
        return pending
      }),

    /** Throws `storage`. */
    forget: () => inTurn(record.remove),
  }
}
