/**
 * Calls the listener when somebody comes back to the page or the network does, until it is stopped. Does
 * nothing where there is no page.
 */
export function onReturn(listener: () => void): () => void {
  if (typeof document === 'undefined') return () => {}
  const lookUnlessHidden = () => {
    if (!document.hidden) listener()
  }
  document.addEventListener('visibilitychange', lookUnlessHidden)
  for (const event of ['focus', 'online']) window.addEventListener(event, lookUnlessHidden)
  return () => {
    document.removeEventListener('visibilitychange', lookUnlessHidden)
    for (const event of ['focus', 'online']) window.removeEventListener(event, lookUnlessHidden)
  }
}
