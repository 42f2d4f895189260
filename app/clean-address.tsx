'use client'

import { useEffect } from 'react'

/** Removes a dead nonce from the address bar and the history. */
export function CleanAddress() {
  useEffect(() => window.history.replaceState(null, '', '/handoff'), [])
  return null
}
