import type { Brand } from '#lib/config/brand.ts'
import type { Language } from '#lib/languages/languages.ts'

/** How a page is to look: in which language, whose it is, and which others it can be shown in. */
export type Look = {
  language: Language
  languages: readonly Language[]
  /** Path and query at which the page can be shown in another one; `undefined` where it cannot be. */
  at: string | undefined
  brand: Brand
  /** The colour scheme, where the browser is not to decide. */
  scheme?: 'light' | 'dark' | undefined
}
