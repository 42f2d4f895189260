// What the OpenID Provider's addresses for browsers have in common.

/** Headers of a redirect of the library's. */
export const kept = ['location', 'cookies', 'noStoreIfAny'] as const
/** Headers of a page of the library's. */
export const shown = ['cookies', 'noStore'] as const

/** Errors that cannot be sent back to an application. */
export const refused = {
  400: {
    invalid_request: 'A parameter is missing or bad, and there is no redirect URI to say so to.',
    invalid_client: 'There is no such client.',
    invalid_redirect_uri: 'The redirect URI is not registered.',
    unauthorized_client: 'The client may not do this.',
  },
}

/** The answer to a request that is posted. */
export const repeated = {
  description: 'The same request by GET, which has the cookies of this browser.',
  headers: ['location', 'noStore'],
} as const
