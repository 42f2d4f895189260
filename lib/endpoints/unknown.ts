import { OAuthError } from '#lib/oauth/error.ts'

/** What is answered below `/api` where nothing is. Throws `not_found`. */
export function unknown(): never {
  throw new OAuthError('not_found', 'there is nothing at this address')
}
