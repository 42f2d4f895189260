import type {
  SignInOptions as ClientSignInOptions,
  HandOff,
  HandOffOptions,
  HandOffStatus,
  OwnSession,
} from '@baton/client'

/** How a sign-in begins. */
export type SignInOptions = ClientSignInOptions & {
  /** With the cookie: where the browser goes on afterwards, a path. Default: the page it is on. */
  callbackUrl?: string
}

/**
 * How the hooks reach Baton: by the session cookie of a browser, or by the client of an app. Everything that
 * fails rejects with a `BatonError`, or with the reason of the caller's own signal.
 */
export type Connection = {
  /** Who is signed in, as Baton knows it; `undefined` when nobody is. */
  session(): Promise<OwnSession | undefined>
  /** Calls the listener when a session has begun (`true`) or ended (`false`), until it is stopped. */
  onChange(listener: (isSignedIn: boolean) => void): () => void
  signIn(options?: SignInOptions): Promise<void>
  signOut(): Promise<void>
  /** Calls a backend; the path begins with `/api/backends/`. */
  fetch(path: string, init?: RequestInit): Promise<Response>
  handOff(
    target: string | undefined,
    options: Pick<HandOffOptions, 'redirectTo' | 'binding' | 'approval'>,
  ): Promise<HandOff>
  /** How far a hand-off has come, and which browser asks for it. */
  handOffStatus(nonce: string): Promise<HandOffStatus>
  /** Answers the browser that asks and shows `number`. */
  answerHandOff(nonce: string, answer: { number: string; approve: boolean }): Promise<void>
}
