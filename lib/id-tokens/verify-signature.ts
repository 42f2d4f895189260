import { errors, type JWTVerifyGetKey, type JWTVerifyOptions, type JWTVerifyResult, jwtVerify } from 'jose'

/**
 * Verifies a JWT's signature by its issuer's keys, and its claims by `rules`. Throws the errors of `jose` and
 * of the key finder. RFC 7519, section 7.2.
 */
export async function verifySignature(
  token: string,
  keys: JWTVerifyGetKey,
  rules: JWTVerifyOptions,
): Promise<JWTVerifyResult> {
  return jwtVerify(token, keys, rules).catch((error) => tryEach(error, token, rules))
}

// A token without `kid` may match several keys of its issuer: try each.
async function tryEach(error: unknown, token: string, rules: JWTVerifyOptions): Promise<JWTVerifyResult> {
  if (!(error instanceof errors.JWKSMultipleMatchingKeys)) throw error
  for await (const key of error) {
    try {
      return await jwtVerify(token, key, rules)
    } catch (next) {
      if (!(next instanceof errors.JWSSignatureVerificationFailed)) throw next
    }
  }
  throw new errors.JWSSignatureVerificationFailed()
}
