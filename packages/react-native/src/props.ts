import type { BatonError } from '@baton/client'
import type { ReactElement, Ref } from 'react'
import type { WebView, WebViewProps } from 'react-native-webview'

/** Why there is no web view; without an error, Baton has taken none of its links. */
export type Failure = { error: BatonError | undefined; retry(): void }

/** What leads a web view somewhere, and what is shown in its place. */
export type HandOffProps = {
  /** The client id of an application. Default: Baton itself. */
  target?: string
  /** Where to go there, a path such as `/inbox?unread=1`. */
  path?: string
  /** Shown while the link is on its way. Default: an indicator. */
  renderWaiting?: () => ReactElement
  /** Shown when there is no link. Default: a sentence in English and "Try again". */
  renderFailure?: (failure: Failure) => ReactElement
}

export type BatonWebViewProps = Omit<WebViewProps, 'source'> &
  HandOffProps & {
    /** Shown when nobody is signed in. Default: nothing. */
    renderSignedOut?: () => ReactElement
    /** For the functions of the web view, such as `goBack`. */
    ref?: Ref<WebView>
  }
