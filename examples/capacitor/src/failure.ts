import { BatonError } from '@baton/client'

/** What the client calls an error; `undefined` for any other. */
export function codeOf(error: unknown): BatonError['code'] | undefined {
  return error instanceof BatonError ? error.code : undefined
}

/** What a person can do about an error. */
export function wordsFor(error: unknown): string {
  switch (codeOf(error)) {
    case 'network':
      return 'There was no answer. Check your connection and try again.'
    case 'sign_in_failed':
      return 'You were not signed in.'
    case 'not_revoked':
      return 'You are signed out here, but Baton could not be told.'
    case 'signed_out':
      // The page shows it by itself.
      return ''
    default:
      return 'That did not work. Try again in a moment.'
  }
}
