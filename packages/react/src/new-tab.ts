type Tab = { go(url: string): void; close(): void }

/**
 * Opens a tab within a click, to lead it somewhere later: after an answer, a browser takes it for a pop-up.
 * Where the browser opens none, as in some apps, it is this page that goes.
 */
export function openTab(): Tab {
  const tab = window.open('about:blank', '_blank')
  if (!tab) return { go: (url) => window.location.assign(url), close() {} }
  // The page that comes there must not reach this one. `noopener` would give no handle to lead it by.
  tab.opener = null
  return { go: (url) => tab.location.replace(url), close: () => tab.close() }
}
