'use client'

import { useEffect } from 'react'

/**
 * Makes the buttons that settle wait again whenever the page comes to light: a click that follows at once was
 * meant for a window that has just closed above it (double-click jacking).
 */
export function Resettle() {
  useEffect(() => {
    const again = () => {
      if (document.hidden) return
      for (const button of document.querySelectorAll<HTMLElement>('.settle')) {
        button.style.animation = 'none'
        // Reading the layout makes the browser notice the change before it is undone.
        void button.offsetWidth
        button.style.animation = ''
      }
    }
    document.addEventListener('visibilitychange', again)
    window.addEventListener('pageshow', again)
    window.addEventListener('focus', again)
    return () => {
      document.removeEventListener('visibilitychange', again)
      window.removeEventListener('pageshow', again)
      window.removeEventListener('focus', again)
    }
  }, [])
  return null
}
