'use client'

import { useRouter } from 'next/navigation'
import { useEffect, useRef } from 'react'

/** Milliseconds until a stream that was refused is asked for again: the first time, and at most. */
const patience = { first: 2_000, longest: 60_000 }

/**
 * Shows the page anew when something has changed since `mark`, while somebody looks. Without JavaScript, or
 * where nobody tells of changes, the page stays as it was loaded.
 */
export function LiveChanges({ mark }: { mark: string }) {
  const { refresh } = useRouter()
  const seen = useRef(mark)
  useEffect(() => {
    let source: EventSource | undefined
    let again: ReturnType<typeof setTimeout> | undefined
    let wait = patience.first
    const close = () => {
      source?.close()
      clearTimeout(again)
    }
    const open = () => {
      close()
      // A browser has few connections to one server, and a hidden page needs none.
      if (document.hidden) return
      source = new EventSource(`/api/sessions/events?${new URLSearchParams({ since: seen.current })}`)
      source.onopen = () => {
        wait = patience.first
      }
      // A lost connection comes back by itself. An answer that is no stream ends it for good: during a
      // restart, or while too many watch.
      source.onerror = () => {
        if (source?.readyState !== EventSource.CLOSED) return
        again = setTimeout(open, wait)
        wait = Math.min(2 * wait, patience.longest)
      }
      source.onmessage = ({ data, lastEventId }) => {
        if (data === 'ended') {
          close()
          // Another tab may be signing in, and has its cookie in a moment. Else this page leads to sign-in.
          again = setTimeout(() => {
            refresh()
            again = setTimeout(open, 5_000)
          }, 1_000)
          return
        }
        seen.current = lastEventId
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
