/** The signature algorithms that a DPoP proof may have: never `none` or an HMAC. */
export const proofAlgorithms = ['ES256', 'RS256', 'PS256', 'EdDSA', 'Ed25519'] as const
