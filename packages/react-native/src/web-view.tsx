import { useSession } from '@baton/react'
import { type ReactElement, useEffect } from 'react'
import { AppState } from 'react-native'
import { HandedOver } from './handed-over.tsx'
import type { BatonWebViewProps } from './props.ts'
import { FailureView, WaitingView } from './views.tsx'

/**
 * A web view that opens a target as the person who is signed in at the `BatonProvider` above: it asks for a
 * hand-off that is bound to a header, and sends the header with its first load. It asks anew for another
 * target, path or session, and goes when the session ends. All other properties are those of `WebView`.
 */
export function BatonWebView({
  target,
  path,
  renderWaiting = () => <WaitingView />,
  renderFailure = (failure) => <FailureView {...failure} />,
  renderSignedOut,
  ...webView
}: BatonWebViewProps): ReactElement | null {
  const { status, session, error, refresh } = useSession()
  useRefreshOnReturn(refresh)

  if (status === 'signed_out') return renderSignedOut?.() ?? null
  if (status === 'error') return renderFailure({ error, retry: () => void refresh() })
  if (!session) return renderWaiting()
  // Nothing of one session, target or path is left for the next.
  const key = JSON.stringify([session.sid, target, path])
  return <HandedOver key={key} {...{ target, path, renderWaiting, renderFailure, webView }} />
}

// The session may have ended elsewhere while the app was in the background.
function useRefreshOnReturn(refresh: () => Promise<void>): void {
  useEffect(() => {
    const subscription = AppState.addEventListener('change', (state) => {
      if (state === 'active') refresh()
    })
    return () => subscription.remove()
  }, [refresh])
}
