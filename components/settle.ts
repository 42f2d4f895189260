/**
 * Makes the buttons that settle wait again whenever the page comes to light: a click that follows at once was
 * meant for a window that has just closed above it (double-click jacking). Returns the function that stops
 * it.
 */
export function keepSettling(): () => void {
  const stop = new AbortController()
  const { signal } = stop
  document.addEventListener('visibilitychange', settleAgain, { signal })
  window.addEventListener('pageshow', settleAgain, { signal })
  window.addEventListener('focus', settleAgain, { signal })
  return () => stop.abort()
}

function settleAgain(): void {
  if (document.hidden) return
  for (const button of document.querySelectorAll<HTMLElement>('.settle')) {
    button.style.animation = 'none'
    // Reading the layout makes the browser notice the change before it is undone.
    void button.offsetWidth
    button.style.animation = ''
  }
}
