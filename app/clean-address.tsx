'use client'

import { useEffect } from 'react'

/** Takes a nonce, dead as it is, out of the address bar and the history. */
export function CleanAddress() {
  useEffect(() => window.history.replaceState(null, '', '/handoff'), [])
  return null
}
