import type { BatonError, OwnSession } from '@baton/client'

type Nothing = { session?: undefined; user?: undefined; error?: undefined }

/** What is known of the session. */
export type SessionState =
  | (Nothing & { status: 'loading' | 'signed_out' })
  | { status: 'signed_in'; session: OwnSession; user: OwnSession['user']; error?: undefined }
  /** It was never known: Baton did not answer, or the app's storage failed. */
  | { status: 'error'; error: BatonError; session?: undefined; user?: undefined }

export const loading: SessionState = { status: 'loading' }

export const signedOut: SessionState = { status: 'signed_out' }

/** The state for what a connection says of the session. */
export function stateOf(session: OwnSession | undefined): SessionState {
  return session ? { status: 'signed_in', session, user: session.user } : signedOut
}
