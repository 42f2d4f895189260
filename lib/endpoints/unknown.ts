import { OAuthError } from '#lib/oauth/error.ts'

/** Answers unknown addresses below `/api`. Throws `not_found`. */
export function unknown(): never {
  throw new OAuthError('not_found', 'there is nothing at this address')
}
