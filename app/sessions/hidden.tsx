import type { ReactNode } from 'react'

/** What a screen reader says besides, within a message. */
export function hidden(text: ReactNode): ReactNode {
  return <span className="sr-only">{text}</span>
}
