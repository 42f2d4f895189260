import type { ReactNode } from 'react'

/** What a person or an operator wrote, within a message: of whichever direction its letters are. */
export function isolated(text: ReactNode): ReactNode {
  return <bdi>{text}</bdi>
}
