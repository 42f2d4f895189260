import { signedOut } from './answer.ts'
import { BatonError } from './error.ts'
import { oneAtATime } from './one-at-a-time.ts'
import type { Settings } from './options.ts'
import { stored } from './stored.ts'

export type Sessions = ReturnType<typeof createSessions>

/** Keeps the web nonce of the app's only session in the app's storage. */
export function createSessions({ storage, baton, clientId }: Settings) {
  const record = stored(storage, 'baton.session', ['webNonce'], { baton, clientId })
  const inTurn = oneAtATime()
  let signOuts = 0

  /** The current web nonce, or `undefined` when nobody is signed in. Throws `storage`. */
  const read = async () => (await inTurn(record.read))?.webNonce

  return {
    read,

    /**
     * Runs `use` with the web nonce. Forgets the web nonce when `use` finds that the session has ended.
     * Throws `signed_out`, `storage`.
     */
    async use<T>(use: (webNonce: string) => Promise<T>): Promise<T> {
      const webNonce = await read()
      if (webNonce === undefined) throw signedOut()
      try {
        return await use(webNonce)
      } catch (error) {
        if (error instanceof BatonError && error.code === 'signed_out')
          // Another sign-in may have replaced it meanwhile. And the person is signed out even if the storage
          // fails.
          await inTurn(async () => {
            if ((await record.read())?.webNonce === webNonce) await record.remove()
          }).catch(() => undefined)
        throw error
      }
    },

    /** Pass this to `keep` as `since`: a sign-in that began before a sign-out must not undo it. */
    signOuts: () => signOuts,

    /**
     * Keeps a new web nonce and returns the one it replaces. Throws `storage`; `signed_out` after a sign-out.
     */
    keep: (webNonce: string, since: number) =>
      inTurn(async () => {
        if (signOuts !== since) throw signedOut()
        const before = await record.read()
        await record.write({ webNonce })
        return before?.webNonce
      }),

    /**
     * Forgets the session. Returns its web nonce, and whether the storage forgot it. Both reject with
     * `storage`.
     */
    end(): [webNonce: Promise<string | undefined>, forgotten: Promise<void>] {
      signOuts++
      // Both enter the queue at once, so that nothing runs between them.
      return [read(), inTurn(record.remove)]
    },
  }
}
