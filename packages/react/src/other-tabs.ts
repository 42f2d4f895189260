/** Tells the other tabs of this origin that the session has changed, and hears it from them. */
export function otherTabs(heard: () => void): { tell(): void; close(): void } {
  // An app has no tabs.
  if (typeof BroadcastChannel === 'undefined') return { tell() {}, close() {} }
  const channel = new BroadcastChannel('baton.session')
  channel.onmessage = () => heard()
  return { tell: () => channel.postMessage('changed'), close: () => channel.close() }
}
