import type { BatonError } from '@baton/client'
import type { Connection } from './connection.ts'
import { onReturn } from './on-return.ts'
import { otherTabs } from './other-tabs.ts'
import { loading, type SessionState, signedOut, stateOf } from './session-state.ts'

export type SessionStore = ReturnType<typeof createSessionStore>

/**
 * Keeps what is known of the session, for `useSyncExternalStore`. It asks Baton when the first component
 * listens, when a session has begun, and when somebody comes back to the page; the newest answer counts.
 */
export function createSessionStore(connection: Connection) {
  const listeners = new Set<() => void>()
  let state: SessionState = loading
  let turn = 0
  let looking = 0
  let leave = () => {}

  function settle(next: SessionState): void {
    if (JSON.stringify(next) === JSON.stringify(state)) return
    state = next
    for (const listener of listeners) listener()
  }

  async function look(): Promise<void> {
    const mine = ++turn
    looking++
    const next = await connection.session().then(stateOf, stateAfter)
    looking--
    if (mine === turn) settle(next)
  }

  // Without an answer, what was known stays.
  function stateAfter(error: BatonError): SessionState {
    return state.status === 'loading' || state.status === 'error' ? { status: 'error', error } : state
  }

  function begin(): void {
    const tabs = otherTabs(() => void look())
    const stops = [
      tabs.close,
      connection.onChange((isSignedIn) => {
        if (isSignedIn) return void look()
        turn++
        settle(signedOut)
        tabs.tell()
      }),
      onReturn(() => {
        if (looking === 0) look()
      }),
    ]
    leave = () => {
      for (const stop of stops) stop()
      turn++
    }
    look()
  }

  return {
    get: () => state,
    subscribe(listener: () => void): () => void {
      listeners.add(listener)
      if (listeners.size === 1) begin()
      return () => {
        listeners.delete(listener)
        if (listeners.size === 0) leave()
      }
    },
    /** Asks Baton now. Resolves when the answer is known; never rejects. */
    refresh: look,
  }
}
