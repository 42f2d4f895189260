import { useEffect } from 'react'
import { AppState } from 'react-native'

/** Asks who is signed in when the app comes to the front again: the session may have ended elsewhere. */
export function useRefreshOnReturn(refresh: () => Promise<void>): void {
  useEffect(() => {
    const subscription = AppState.addEventListener('change', (state) => {
      if (state === 'active') refresh()
    })
    return () => subscription.remove()
  }, [refresh])
}
