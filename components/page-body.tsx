import type { ReactNode } from 'react'
import type { Say } from '#lib/languages/say.ts'
import type { Brand } from './brand.ts'
import { type LanguageChoice, PageFooter } from './page-footer.tsx'
import { Wordmark } from './wordmark.tsx'

const page = 'flex min-h-dvh flex-col'

type Frame = {
  brand: Brand
  say: Say
  choice: LanguageChoice
  /** The colour scheme, where the browser is not to decide. */
  scheme?: 'light' | 'dark' | undefined
}

/** What every page has around its content. */
export function PageBody({ children, brand, say, choice, scheme }: Frame & { children: ReactNode }) {
  return (
    <body className={`${page} bg-ground font-sans text-base text-ink antialiased wrap-anywhere`}>
      <header className="mx-auto w-full max-w-5xl px-5 py-5">
        <Wordmark brand={brand} say={say} scheme={scheme} />
      </header>
      <main className="mx-auto flex w-full max-w-5xl flex-1 flex-col px-5 pb-12">{children}</main>
      <PageFooter brand={brand} say={say} choice={choice} />
    </body>
  )
}
