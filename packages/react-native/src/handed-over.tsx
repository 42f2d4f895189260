import { useHandOff } from '@baton/react'
import { type ReactElement, useCallback, useEffect, useMemo, useState } from 'react'
import { WebView, type WebViewProps } from 'react-native-webview'
import type { HandOffProps } from './props.ts'

/** How many times more a link is asked for when Baton did not take one. */
const mostRetries = 2

type Props = HandOffProps &
  Required<Pick<HandOffProps, 'renderWaiting' | 'renderFailure'>> & {
    webView: Omit<WebViewProps, 'source'>
  }

/** The web view of one session, target and path. */
export function HandedOver({ target, path, renderWaiting, renderFailure, webView }: Props): ReactElement {
  const { handOff, error, start } = useHandOff(target, { path, binding: 'header' })
  const [refusals, setRefusals] = useState(0)
  useEffect(() => {
    start()
  }, [start])

  const retry = useCallback(() => {
    setRefusals(0)
    start()
  }, [start])

  // The same object in each render: another one would load the link again.
  const source = useMemo(() => handOff && { uri: handOff.url, headers: handOff.headers }, [handOff])

  if (error || refusals > mostRetries) return renderFailure({ error, retry })
  if (!handOff || !source) return renderWaiting()

  const onHttpError: WebViewProps['onHttpError'] = (event) => {
    const { statusCode, url } = event.nativeEvent
    // A page of the application may be gone as well: only the link itself can be used up or too old.
    if (statusCode === 410 && pageOf(url) === pageOf(handOff.url)) {
      setRefusals((count) => count + 1)
      if (refusals < mostRetries) start()
    }
    webView.onHttpError?.(event)
  }

  const onLoad: WebViewProps['onLoad'] = (event) => {
    const { url } = event.nativeEvent
    // A link was taken. The page of a refusal loads as well, and so does the empty one before it.
    if (/^https?:/.test(url) && pageOf(url) !== pageOf(handOff.url)) setRefusals(0)
    webView.onLoad?.(event)
  }

  return (
    <WebView
      // Its cookies go with it, and the app's own requests do not have them.
      incognito
      sharedCookiesEnabled={false}
      {...webView}
      source={source}
      onHttpError={onHttpError}
      onLoad={onLoad}
    />
  )
}

function pageOf(url: string): string | undefined {
  return url.split(/[?#]/)[0]
}
