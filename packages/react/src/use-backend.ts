import { useCallback } from 'react'
import { backendPath } from './backend-path.ts'
import { useBaton } from './provider.tsx'

/** Calls a backend as `fetch` does, by a path at that backend such as `/orders?open=1`. */
export type Backend = (path: string, init?: RequestInit) => Promise<Response>

/**
 * Gives a function that calls a backend behind Baton as the signed-in person; the same one in each render.
 * It rejects with `signed_out` when Baton says that nobody is signed in, which the session then follows; with
 * `invalid_argument`, `network`, and the reason of the caller's own signal. A refusal by the backend itself
 * is an answer like any other.
 */
export function useBackend(name: string): Backend {
  const { connection } = useBaton()
  return useCallback(
    async (path, init) => connection.fetch(backendPath(name, path), init),
    [connection, name],
  )
}
