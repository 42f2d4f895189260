/** What a person can do about an error. */
export function wordsFor(error: unknown): string {
  switch ((error as { code?: string }).code) {
    case 'network':
      return 'There was no answer. Check your connection and try again.'
    case 'sign_in_failed':
      return 'You were not signed in.'
    case 'not_revoked':
      return 'You are signed out here. Baton has not heard of it: pages that you opened may stay signed in.'
    case 'ERR_WEB_BROWSER_BLOCKED':
      return 'Your browser has blocked the window of the sign-in. Allow it, and try again.'
    default:
      return 'That did not work. Try again in a moment.'
  }
}
