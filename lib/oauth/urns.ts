/** The grant type of a token exchange. RFC 8693, section 2.1. */
export const tokenExchange = 'urn:ietf:params:oauth:grant-type:token-exchange'

/** The token type of an access token; a web nonce is one. RFC 8693, section 3. */
export const accessTokenType = 'urn:ietf:params:oauth:token-type:access_token'

/** The token type of an ID token. */
export const idTokenType = 'urn:ietf:params:oauth:token-type:id_token'

/** The grant type of a device code. RFC 8628, section 3.4. */
export const deviceCodeGrant = 'urn:ietf:params:oauth:grant-type:device_code'
