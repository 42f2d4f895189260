import { useSyncExternalStore } from 'react'
import type { SignInOptions } from './connection.ts'
import { useBaton } from './provider.tsx'
import { loading, type SessionState } from './session-state.ts'

export type SessionActions = {
  /**
   * Begins a sign-in. With the cookie or in a browser, the page is left for it. Rejects with what
   * `beginSignIn` and `finishSignIn` of the client throw.
   */
  signIn(options?: SignInOptions): Promise<void>
  /**
   * Signs out here, with all hand-offs that came from this session. Rejects with `network` or `refused` when
   * Baton could not be told; a client has forgotten the session then, and rejects with `not_revoked`.
   */
  signOut(): Promise<void>
  /** Asks Baton who is signed in now. Never rejects. */
  refresh(): Promise<void>
}

/**
 * Says who is signed in. Follows a sign-out in another tab, one that a call finds, and one elsewhere as soon
 * as somebody comes back to the page. While a server renders, and until Baton has answered, it is `loading`.
 * The functions are the same in each render.
 */
export function useSession(): SessionState & SessionActions {
  const { connection, store } = useBaton()
  const state = useSyncExternalStore(store.subscribe, store.get, () => loading)
  const { signIn, signOut } = connection
  return { ...state, signIn, signOut, refresh: store.refresh }
}
