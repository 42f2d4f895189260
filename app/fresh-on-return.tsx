'use client'

import { useEffect } from 'react'

/** Loads a page anew that comes back out of the browser's memory: who is signed in may be another by now. */
export function FreshOnReturn() {
  useEffect(() => {
    const look = ({ persisted }: PageTransitionEvent) => {
      if (persisted) location.reload()
    }
    window.addEventListener('pageshow', look)
    return () => window.removeEventListener('pageshow', look)
  }, [])
  return null
}
