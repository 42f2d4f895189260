import type { ReactNode } from 'react'

/** The host of an address, in a sentence: it reads from the left in every language. */
export function host(text: ReactNode): ReactNode {
  return (
    <bdi key="host" dir="ltr" className="font-medium text-ink">
      {text}
    </bdi>
  )
}
