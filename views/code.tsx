import type { ReactNode } from 'react'

/** A code that people compare, in a sentence: it reads from the left in every language. */
export function code(text: ReactNode): ReactNode {
  return (
    <bdi key="code" dir="ltr" className="whitespace-nowrap font-mono text-ink">
      {text}
    </bdi>
  )
}

/** The same on a line of its own. */
export function CodeLine({ children }: { children: string }) {
  return (
    <p dir="ltr" className="text-center font-mono font-semibold text-2xl tracking-widest">
      {children}
    </p>
  )
}
