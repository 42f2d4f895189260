import { useSession } from '@baton/react'
import { useEffect, useState } from 'react'
import { wordsFor } from './words-for.ts'

/**
 * A sign-out whose failure outlives the screen with its button: the person is signed out here in any case,
 * and must know where Baton has not heard of it. The next session begins without the failure.
 */
export function useSignOut() {
  const { session, signOut } = useSession()
  const [failure, setFailure] = useState<string>()
  useEffect(() => {
    if (session) setFailure(undefined)
  }, [session])

  return {
    failure,
    async signOut() {
      try {
        await signOut()
      } catch (error) {
        setFailure(wordsFor(error))
        throw error
      }
    },
  }
}
