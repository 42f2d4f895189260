/** Signature algorithms of a JWT from an issuer (RFC 7518, RFC 8037): never `none`, never HMAC. */
export const signatureAlgorithms = [
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
  'EdDSA',
  'Ed25519',
] as const

/** Those that an ID token may have where the configuration names none. */
export const usualSignatureAlgorithms = ['RS256', 'ES256', 'PS256', 'EdDSA', 'Ed25519'] as const

/** Those that a DPoP proof may have: what the key stores of devices and browsers sign with (RFC 9449). */
export const proofAlgorithms = ['ES256', 'RS256', 'PS256', 'EdDSA', 'Ed25519'] as const
