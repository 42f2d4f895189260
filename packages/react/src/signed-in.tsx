import type { OwnSession } from '@baton/client'
import type { ReactElement, ReactNode } from 'react'
import { useSession } from './use-session.ts'

export type SignedInProps = {
  /** What is shown, or a function that makes it for the session. */
  children?: ReactNode | ((session: OwnSession) => ReactNode)
}

// Before TypeScript 5.1, a component has to return an element.

/** Shows its children while somebody is signed in. */
export function SignedIn({ children }: SignedInProps): ReactElement | null {
  const { session } = useSession()
  if (!session) return null
  return <>{typeof children === 'function' ? children(session) : children}</>
}

/** Shows its children when nobody is signed in; nothing until that is known. */
export function SignedOut({ children }: { children?: ReactNode }): ReactElement {
  const shown = useSession().status === 'signed_out' && children
  return <>{shown}</>
}
