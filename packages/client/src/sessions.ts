import { signedOut } from './answer.ts'
import { BatonError } from './error.ts'
import { oneAtATime } from './one-at-a-time.ts'
import type { Settings } from './options.ts'
import { stored } from './stored.ts'

export type Sessions = ReturnType<typeof createSessions>

/** Keeps the web nonce of the app's one session in the app's storage, and nothing else. */
export function createSessions({ storage, baton, clientId }: Settings) {
  const record = stored(storage, 'baton.session', ['webNonce'], { baton, clientId })
  const inTurn = oneAtATime()
  let signOuts = 0

  /** Who is signed in now. Throws `storage`. */
  const read = async () => (await inTurn(record.read))?.webNonce

  return {
    read,

    /** Runs `use` with the web nonce; when it finds the session ended, that one is forgotten. Throws `signed_out`, `storage`. */
    async use<T>(use: (webNonce: string) => Promise<T>): Promise<T> {
      const webNonce = await read()
      if (webNonce === undefined) throw signedOut()
      try {
        return await use(webNonce)
      } catch (error) {
        if (error instanceof BatonError && error.code === 'signed_out')
          // Another sign-in may have taken its place meanwhile; and the person is signed out, whatever the storage says.
          await inTurn(async () => {
            if ((await record.read())?.webNonce === webNonce) await record.remove()
          }).catch(() => undefined)
        throw error
      }
    },

    /** What `keep` takes as `since`: a sign-in that began before a sign-out must not undo it. */
    signOuts: () => signOuts,

    /** Keeps a new web nonce and gives the one that it replaces. Throws `storage`; `signed_out` after a sign-out. */
    keep: (webNonce: string, since: number) =>
      inTurn(async () => {
        if (signOuts !== since) throw signedOut()
        const before = await record.read()
        await record.write({ webNonce })
        return before?.webNonce
      }),

    /** Forgets the session: what its web nonce was, and whether it could be forgotten. Either throws `storage`. */
    end(): [webNonce: Promise<string | undefined>, forgotten: Promise<void>] {
      signOuts++
      // Both are in the queue at once, so that nothing gets between them.
      return [read(), inTurn(record.remove)]
    },
  }
}
