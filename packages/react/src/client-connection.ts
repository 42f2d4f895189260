import type { Client } from '@baton/client'
import type { Connection } from './connection.ts'
import { failure, isSignedOut } from './failure.ts'

/** What the hooks need of a client. */
export type AppClient = Pick<
  Client,
  | 'answerHandOff'
  | 'beginSignIn'
  | 'fetch'
  | 'finishSignIn'
  | 'getOwnSession'
  | 'handOff'
  | 'handOffStatus'
  | 'onSessionChange'
  | 'signOut'
>

/**
 * Opens the page at which the person signs in, and gives the callback that it ended with, or `undefined` when
 * the person gave up or the callback comes by another way.
 */
export type Authorize = (url: string) => Promise<string | undefined>

/** Reaches Baton by the client of an app. */
export function clientConnection(client: AppClient, authorize: Authorize): Connection {
  return {
    session: () =>
      client.getOwnSession().catch((error: unknown) => {
        if (isSignedOut(error)) return undefined
        throw error
      }),
    onChange: (listener) => client.onSessionChange(listener),
    async signIn(options) {
      const { url } = await client.beginSignIn(options)
      const callback = await authorize(url)
      if (callback !== undefined) await client.finishSignIn(callback)
    },
    signOut: () => client.signOut(),
    fetch: (path, init) => client.fetch(path, init),
    handOff: (target, options) => client.handOff(target, options),
    handOffStatus: (nonce) => client.handOffStatus(nonce),
    answerHandOff: (nonce, answer) => client.answerHandOff(nonce, answer),
  }
}

/** Leaves the page for the sign-in; the page at the redirect URI finishes it. Rejects outside of browsers. */
export async function leaveForIt(url: string): Promise<undefined> {
  if (typeof document === 'undefined')
    throw failure('invalid_argument', 'without a browser, BatonProvider needs `authorize` to sign in')
  window.location.assign(url)
}
