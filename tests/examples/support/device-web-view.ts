/** The web view of an app on a device. */
type DeviceWebView = {
  /** Runs a script in its page, and gives what it comes to. */
  run(script: string): Promise<unknown>
  close(): Promise<void>
}

/** How a kind of device shows an app: a script before each page, and what receives the page's messages. */
export type ShowApp = (app: { script: string; receive: (message: unknown) => void }) => Promise<DeviceWebView>
