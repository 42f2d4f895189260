// RFC 8693, sections 2.1 and 3.

/** The grant type of a token exchange. */
export const tokenExchange = 'urn:ietf:params:oauth:grant-type:token-exchange'

/** The token type of an access token; a web nonce is one. */
export const accessTokenType = 'urn:ietf:params:oauth:token-type:access_token'

/** The token type of an ID token. */
export const idTokenType = 'urn:ietf:params:oauth:token-type:id_token'
