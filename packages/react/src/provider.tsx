import { createContext, type ReactNode, useContext, useEffect, useMemo, useRef } from 'react'
import { type AppClient, type Authorize, clientConnection, leaveForIt } from './client-connection.ts'
import type { Connection } from './connection.ts'
import { cookieConnection } from './cookie-connection.ts'
import { createSessionStore, type SessionStore } from './session-store.ts'

type Baton = { connection: Connection; store: SessionStore }

const BatonContext = createContext<Baton | undefined>(undefined)

export type BatonProviderProps = {
  /** The client of an app. Without it, the page's own origin is Baton's, and its session cookie counts. */
  client?: AppClient
  /** With a client: opens the sign-in, in an app. Default: the browser leaves the page for it. */
  authorize?: Authorize
  children?: ReactNode
}

/** Gives the components below it one session at Baton. */
export function BatonProvider({ client, authorize = leaveForIt, children }: BatonProviderProps) {
  // A function written in place is new in each render, and must not begin everything anew.
  const newest = useRef(authorize)
  useEffect(() => {
    newest.current = authorize
  }, [authorize])
  const baton = useMemo(() => {
    const connection = client ? clientConnection(client, (url) => newest.current(url)) : cookieConnection()
    return { connection, store: createSessionStore(connection) }
  }, [client])
  return <BatonContext value={baton}>{children}</BatonContext>
}

/** The connection and the session of the provider above. Throws an `Error` where there is none. */
export function useBaton(): Baton {
  const baton = useContext(BatonContext)
  if (!baton) throw new Error('this needs a <BatonProvider> above it')
  return baton
}
