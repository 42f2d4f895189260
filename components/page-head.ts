import type { Brand } from './brand.ts'

/** The title of a page, as the browser's tab shows it. */
export function titleOf(page: string, { name }: Pick<Brand, 'name'>): string {
  return `${page} · ${name}`
}

/** The colours of the browser around a page, by its colour scheme: those of the ground. */
export const themeColors = [
  { media: '(prefers-color-scheme: light)', color: '#f5f5f3' },
  { media: '(prefers-color-scheme: dark)', color: '#131415' },
]
