import { signedOut } from './answer.ts'
import { BatonError } from './error.ts'
import { oneAtATime } from './one-at-a-time.ts'
import type { Settings } from './options.ts'
import { stored } from './stored.ts'

export type Sessions = ReturnType<typeof createSessions>

/** Hears of the session of a client: `true` when one has begun, `false` when it has ended. */
export type SessionListener = (isSignedIn: boolean) => void

/** Keeps the web nonce of the app's only session in the app's storage. */
export function createSessions({ storage, baton, clientId }: Settings) {
  const record = stored(storage, 'baton.session', ['webNonce'], { baton, clientId })
  const inTurn = oneAtATime()
  const listeners = new Set<SessionListener>()
  let signOuts = 0

  // A listener that throws must not look like a failure of the client.
  function tell(isSignedIn: boolean): void {
    for (const listener of listeners) void Promise.resolve(isSignedIn).then(listener)
  }

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
            if ((await record.read())?.webNonce !== webNonce) return
            tell(false)
            await record.remove()
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
        tell(true)
        return before?.webNonce
      }),

    /**
     * Forgets the session. Returns its web nonce, and whether the storage forgot it. Both reject with
     * `storage`.
     */
    end(): [webNonce: Promise<string | undefined>, forgotten: Promise<void>] {
      signOuts++
      // Both enter the queue at once, so that nothing runs between them.
      const forget = async () => {
        await record.remove()
        tell(false)
      }
      return [read(), inTurn(forget)]
    },

    /** Calls a listener after each change, until the returned function is called. */
    onChange(listener: SessionListener): () => void {
      // A function of its own for each call: the same listener may be given twice.
      const own: SessionListener = (isSignedIn) => listener(isSignedIn)
      listeners.add(own)
      return () => void listeners.delete(own)
    },
  }
}
