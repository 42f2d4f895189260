import { createAccessTokens } from './access-tokens.ts'
import { signedOut } from './answer.ts'
import { beginSignIn, type SignInOptions } from './begin-sign-in.ts'
import type { Context } from './context.ts'
import { fetchBackend } from './fetch-backend.ts'
import { finishSignIn, type SignedIn } from './finish-sign-in.ts'
import { getToken } from './get-token.ts'
import { type HandOff, type HandOffOptions, handOff } from './hand-off.ts'
import { createIdentityProvider } from './identity-provider.ts'
import { oneAtATime } from './one-at-a-time.ts'
import { type ClientOptions, settingsOf } from './options.ts'
import { createPendingSignIns } from './pending-sign-in.ts'
import { createSessions } from './sessions.ts'
import { signInWithIdToken } from './sign-in-with-id-token.ts'
import { signOut } from './sign-out.ts'
import type { Token } from './token.ts'

export type Client = {
  /** Begins a sign-in: open the URL in the system's browser. One sign-in waits at a time, the newest. */
  beginSignIn(options?: SignInOptions): Promise<{ url: string }>
  /** Finishes the sign-in that a callback belongs to; each callback works once. */
  finishSignIn(callbackUrl: string | URL, options?: { keepTokens?: boolean }): Promise<SignedIn>
  /** Signs in with the ID token of a sign-in that the app made by other means. */
  signInWithIdToken(idToken: string): Promise<void>
  /** Whether there is a session, as far as this device knows; Baton is not asked. */
  isSignedIn(): Promise<boolean>
  /** The web nonce, for resource servers that ask Baton about it. Throws `signed_out`. */
  getWebNonce(): Promise<string>
  /** A JWT access token for the backend of this audience. */
  getAccessToken(resource: string): Promise<string>
  /** The answer of the token service that Baton is set up with. */
  getToken(): Promise<Token>
  /** `fetch` for what is under `/api/backends/` at Baton, as the person who is signed in. */
  fetch(input: string | URL, init?: RequestInit): Promise<Response>
  /** A one-time link, and the headers for its first load, that signs a web view in. Without a target, at Baton itself. */
  handOff(target?: string, options?: HandOffOptions): Promise<HandOff>
  /** Ends the session, here in any case. Throws `not_revoked` when Baton could not be told. */
  signOut(): Promise<void>
}

/** Makes a client of one Baton for one app; use one for all of it. Throws `BatonError`, as every function of the client does. */
export function createClient(options: ClientOptions): Client {
  const settings = settingsOf(options)
  const sessions = createSessions(settings)
  const context: Context = {
    settings,
    sessions,
    pendingSignIns: createPendingSignIns(settings),
    accessTokens: createAccessTokens(settings, sessions),
    exchanges: oneAtATime(),
    identityProvider: createIdentityProvider(settings),
  }

  return {
    beginSignIn: (options = {}) => beginSignIn(options, context),
    finishSignIn: (callbackUrl, options = {}) => finishSignIn(callbackUrl, options, context),
    signInWithIdToken: (idToken) => signInWithIdToken(idToken, context),
    isSignedIn: async () => (await sessions.read()) !== undefined,
    async getWebNonce() {
      const webNonce = await sessions.read()
      if (webNonce === undefined) throw signedOut()
      return webNonce
    },
    getAccessToken: (resource) => context.accessTokens.get(resource),
    getToken: () => getToken(context),
    fetch: (input, init = {}) => fetchBackend(input, init, context),
    handOff: (target, options = {}) => handOff(target, options, context),
    signOut: () => signOut(context),
  }
}
