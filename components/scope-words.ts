/** What these scopes let an application know, to go on in a sentence. */
export function scopeWords(scopes: readonly string[]): string {
  const words = [
    ...(scopes.includes('profile') ? ['your name and picture'] : []),
    ...(scopes.includes('email') ? ['your e-mail address'] : []),
    ...(scopes.includes('offline_access') ? ['to stay signed in'] : []),
  ]
  return words.length === 0 ? '' : `: ${words.join(', ')}`
}
