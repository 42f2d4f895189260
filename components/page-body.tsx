import type { ReactNode } from 'react'
import { Wordmark } from './wordmark.tsx'

const page = 'flex min-h-dvh flex-col'

/** What every page has around its content. */
export function PageBody({ children }: { children: ReactNode }) {
  return (
    <body className={`${page} bg-ground font-sans text-base text-ink antialiased wrap-anywhere`}>
      <header className="mx-auto w-full max-w-5xl px-5 py-5">
        <Wordmark />
      </header>
      <main className="mx-auto flex w-full max-w-5xl flex-1 flex-col px-5 pb-12">{children}</main>
    </body>
  )
}
