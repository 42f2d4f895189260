import {
  type CryptoKey,
  exportJWK,
  generateKeyPair,
  type JWK,
  type JWTHeaderParameters,
  type JWTPayload,
  SignJWT,
} from 'jose'

export type SigningKey = { alg: string; kid: string; privateKey: CryptoKey; jwk: JWK }

let made = 0

/** Creates a key pair, with its public half as a JWK. */
export async function newKey(alg = 'RS256'): Promise<SigningKey> {
  const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true })
  const kid = `key-${++made}`
  return { alg, kid, privateKey, jwk: { ...(await exportJWK(publicKey)), kid, use: 'sig' } }
}

/** Signs an access token. A claim or header of `undefined` is left out. */
export function signed(
  key: SigningKey,
  claims: JWTPayload,
  header: Partial<JWTHeaderParameters> = {},
): Promise<string> {
  return new SignJWT(claims)
    .setProtectedHeader({ alg: key.alg, kid: key.kid, typ: 'at+jwt', ...header })
    .sign(key.privateKey)
}

export const now = () => Math.floor(Date.now() / 1000)

export const audience = 'https://api.example'

/** The claims of a valid access token of Baton (RFC 9068, section 2.2). */
export function goodClaims(issuer: string, more: Record<string, unknown> = {}): JWTPayload {
  return {
    iss: issuer,
    sub: 'person-1',
    aud: audience,
    client_id: 'app',
    sid: 'session-1',
    exp: now() + 300,
    iat: now(),
    jti: 'token-1',
    auth_time: now() - 60,
    name: 'Demo User',
    ...more,
  } as JWTPayload
}
