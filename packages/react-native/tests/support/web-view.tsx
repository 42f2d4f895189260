import { act } from '@testing-library/react'
import { type ReactElement, useEffect, useRef, useState } from 'react'

type HttpErrorEvent = { nativeEvent: { url: string; statusCode: number; description: string } }

export type WebViewProps = {
  source?: { uri: string; headers?: Record<string, string> }
  incognito?: boolean
  sharedCookiesEnabled?: boolean
  onHttpError?: (event: HttpErrorEvent) => void
  onLoad?: (event: { nativeEvent: { url: string } }) => void
  testID?: string
  userAgent?: string
}

/** What a web view was rendered with, and what it has loaded. */
export type Shown = { props: WebViewProps; loads: { url: string; status: number }[] }

/** All web views of a test, in the order in which they came. */
export const shown: Shown[] = []

/**
 * Stands for the web view of `react-native-webview`: loads each source that it is given over HTTP, with its
 * headers, follows redirects without them, and tells of an answer that is an error, and of each page that has
 * loaded: the empty one that it begins with, and that of an error, too.
 */
export function WebView(props: WebViewProps): ReactElement {
  const [view] = useState<Shown>({ props, loads: [] })
  const loading = useRef<WebViewProps['source']>(undefined)
  const { source } = props
  view.props = { ...props }
  useEffect(() => {
    // React's strict checks run this twice; a native view loads once.
    if (!source || loading.current === source) return
    loading.current = source
    if (!shown.includes(view)) shown.push(view)
    view.props.onLoad?.({ nativeEvent: { url: 'about:blank' } })
    load(view, source.uri, source.headers)
  }, [view, source])
  return <section data-testid={props.testID} />
}

/** Loads a page in a web view, as its person does by going back. */
export async function load(view: Shown, url: string, headers: Record<string, string> = {}): Promise<void> {
  const response = await fetch(url, { headers, redirect: 'manual' })
  const { status } = response
  const location = response.headers.get('location')
  const nativeEvent = { url, statusCode: status, description: '' }
  act(() => {
    view.loads.push({ url, status })
    if (status >= 400) view.props.onHttpError?.({ nativeEvent })
    if (!location) view.props.onLoad?.({ nativeEvent })
  })
  if (location) await load(view, new URL(location, url).href)
}
