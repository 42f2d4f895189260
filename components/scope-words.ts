import type { Say } from '#lib/languages/say.ts'

/** What these scopes let an application know, besides who somebody is: a few words for each. */
export function scopeWords(scopes: readonly string[], { t }: Say): string[] {
  const told = ['profile', 'email'] as const
  return told.filter((scope) => scopes.includes(scope)).map((scope) => t(`scopes.${scope}`))
}
