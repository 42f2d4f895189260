'use client'

import { useRouter } from 'next/navigation'
import { useEffect, useRef } from 'react'

/**
 * Shows the page anew when something has changed since `mark`, while somebody looks. Without JavaScript, or
 * where nobody tells of changes, the page stays as it was loaded.
 */
export function LiveChanges({ mark }: { mark: string }) {
  const { refresh } = useRouter()
  const seen = useRef(mark)
  useEffect(() => {
    let source: EventSource | undefined
    const close = () => source?.close()
    const open = () => {
      close()
      // A browser has few connections to one server, and a hidden page needs none.
      if (document.hidden) return
      source = new EventSource(`/api/sessions/events?${new URLSearchParams({ since: seen.current })}`)
      source.onmessage = ({ data, lastEventId }) => {
        if (data === 'ended') close()
        else seen.current = lastEventId
        refresh()
      }
    }
    open()
    document.addEventListener('visibilitychange', open)
    // What a form of this page ends, its answer shows.
    document.addEventListener('submit', close)
    return () => {
      close()
      document.removeEventListener('visibilitychange', open)
      document.removeEventListener('submit', close)
    }
  }, [refresh])
  return null
}
