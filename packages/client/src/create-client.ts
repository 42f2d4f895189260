import { createAccessTokens } from './access-tokens.ts'
import { signedOut } from './answer.ts'
import { approveDevice, type DeviceRequest, deviceRequest } from './approve-device.ts'
import { headersFor } from './authorized.ts'
import { beginSignIn, type SignInOptions } from './begin-sign-in.ts'
import type { Context } from './context.ts'
import { fetchBackend } from './fetch-backend.ts'
import { finishSignIn, type SignedIn } from './finish-sign-in.ts'
import { getToken } from './get-token.ts'
import { type HandOff, type HandOffOptions, handOff } from './hand-off.ts'
import { answerHandOff, type HandOffStatus, handOffStatus } from './hand-off-status.ts'
import { createIdentityProvider } from './identity-provider.ts'
import { oneAtATime } from './one-at-a-time.ts'
import { type ClientOptions, settingsOf } from './options.ts'
import { getOwnSession, type OwnSession } from './own-session.ts'
import { createPendingSignIns } from './pending-sign-in.ts'
import type { ProvenRequest } from './prover.ts'
import { createSessions, type SessionListener } from './sessions.ts'
import { signInWithIdToken } from './sign-in-with-id-token.ts'
import { signOut } from './sign-out.ts'
import type { Token } from './token.ts'

export type Client = {
  /**
   * Begins a sign-in: open the URL in the system's browser. Only the newest sign-in waits for its callback.
   */
  beginSignIn(options?: SignInOptions): Promise<{ url: string }>
  /** Finishes the sign-in that a callback belongs to. Each callback works once. */
  finishSignIn(callbackUrl: string | URL, options?: { keepTokens?: boolean }): Promise<SignedIn>
  /** Signs in with an ID token that the app got by other means. */
  signInWithIdToken(idToken: string): Promise<void>
  /** Whether this device holds a session. Does not ask Baton. */
  isSignedIn(): Promise<boolean>
  /**
   * Calls the listener each time a session of this client has begun (`true`) or ended (`false`): by a sign-in
   * or sign-out here, or when a call finds that Baton has ended it. Stop with the returned function.
   */
  onSessionChange(listener: SessionListener): () => void
  /** Asks Baton who is signed in. Throws `signed_out`. */
  getOwnSession(): Promise<OwnSession>
  /** Returns the web nonce, for resource servers that ask Baton about it. Throws `signed_out`. */
  getWebNonce(): Promise<string>
  /** Returns a JWT access token for the backend with this audience. */
  getAccessToken(resource: string): Promise<string>
  /**
   * Returns the headers of a call of your own to a resource server: they carry the web nonce, or the `token`
   * of `getAccessToken`, and with a signer a proof for this one request. Make new ones for each request.
   * Throws `invalid_argument` for a URL that is not https (http for loopback).
   */
  headersFor(request: ProvenRequest): Promise<Record<string, string>>
  /** Returns the answer of the token service that Baton is configured with. */
  getToken(): Promise<Token>
  /** Calls a backend under `/api/backends/` at Baton with `fetch`, as the signed-in person. */
  fetch(input: string | URL, init?: RequestInit): Promise<Response>
  /**
   * Returns a one-time link that signs a web view in, and the headers for its first load. Without a target it
   * signs in at Baton itself.
   */
  handOff(target?: string, options?: HandOffOptions): Promise<HandOff>
  /** Says how far a hand-off has come, and which browser asks for it. */
  handOffStatus(nonce: string): Promise<HandOffStatus>
  /** Answers the browser that asks for a hand-off: `number` is what the person sees there. */
  answerHandOff(nonce: string, answer: { number?: string; approve: boolean }): Promise<void>
  /** Says what shows a user code and asks to be signed in. That approves nothing. */
  deviceRequest(userCode: string): Promise<DeviceRequest>
  /**
   * Answers it: after a yes it is signed in as this person. A browser needs the `number` that it shows, as
   * the person has chosen it among the three, or typed it where there are none.
   */
  approveDevice(userCode: string, answer: { approve: boolean; number?: string }): Promise<void>
  /**
   * Ends the session on this device in any case. Throws `not_revoked` when Baton could not be reached or
   * refused.
   */
  signOut(): Promise<void>
}

/**
 * Creates a client of one Baton for one app. Use a single client in the whole app. This function and every
 * function of the client throw `BatonError`.
 */
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

  async function currentWebNonce(): Promise<string> {
    const webNonce = await sessions.read()
    if (webNonce === undefined) throw signedOut()
    return webNonce
  }

  return {
    beginSignIn: (options = {}) => beginSignIn(options, context),
    finishSignIn: (callbackUrl, options = {}) => finishSignIn(callbackUrl, options, context),
    signInWithIdToken: (idToken) => signInWithIdToken(idToken, context),
    isSignedIn: async () => (await sessions.read()) !== undefined,
    onSessionChange: sessions.onChange,
    getOwnSession: () => getOwnSession(context),
    getWebNonce: currentWebNonce,
    getAccessToken: (resource) => context.accessTokens.get(resource),
    headersFor: async (request) =>
      headersFor({ ...request, token: request.token ?? (await currentWebNonce()) }, settings),
    getToken: () => getToken(context),
    fetch: (input, init = {}) => fetchBackend(input, init, context),
    handOff: (target, options = {}) => handOff(target, options, context),
    handOffStatus: (nonce) => handOffStatus(nonce, context),
    answerHandOff: (nonce, answer) => answerHandOff(nonce, answer, context),
    deviceRequest: (userCode) => deviceRequest(userCode, context),
    approveDevice: (userCode, answer) => approveDevice(userCode, answer, context),
    signOut: () => signOut(context),
  }
}
