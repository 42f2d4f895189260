'use client'

import { useEffect } from 'react'

/** Removes a nonce from the address bar and the history; `path` is what stays there. */
export function CleanAddress({ path = '/handoff' }: { path?: string }) {
  useEffect(() => window.history.replaceState(null, '', path), [path])
  return null
}
