import { createCipheriv, createHmac, hash, hkdfSync, randomBytes, randomUUID } from 'node:crypto'
import { numericDate } from '#lib/oauth/numeric-date.ts'

type Keys = { header: string; mac: Buffer; encryption: Buffer }

const derived = new Map<string, Keys>()

/**
 * The claims as Auth.js's own `encode` writes them into a session cookie of this name, `maxAge` in seconds: a
 * compact JWE, `dir` with A256CBC-HS512. Auth.js derives the key each time and waits for five jobs of
 * WebCrypto, a fifth of the cost of a hand-off. RFC 7516, section 7.1; RFC 7518, section 5.2.
 */
export function encodeSession(
  claims: object,
  { secret, cookieName, maxAge }: { secret: string; cookieName: string; maxAge: number },
): string {
  const { header, mac, encryption } = keysOf(secret, cookieName)
  const now = numericDate(new Date())
  const payload = JSON.stringify({ ...claims, iat: now, exp: now + maxAge, jti: randomUUID() })
  const iv = randomBytes(16)
  const cipher = createCipheriv('aes-256-cbc', encryption, iv)
  const ciphertext = Buffer.concat([cipher.update(payload, 'utf8'), cipher.final()])
  const headerBits = Buffer.alloc(8)
  headerBits.writeBigUInt64BE(BigInt(header.length * 8))
  const tag = createHmac('sha512', mac).update(header).update(iv).update(ciphertext).update(headerBits)
  const parts = [iv, ciphertext, tag.digest().subarray(0, 32)].map((part) => part.toString('base64url'))
  return [header, '', ...parts].join('.')
}

function keysOf(secret: string, cookieName: string): Keys {
  const name = `${cookieName} ${secret}`
  const known = derived.get(name)
  if (known) return known
  const info = `Auth.js Generated Encryption Key (${cookieName})`
  const key = Buffer.from(hkdfSync('sha256', secret, cookieName, info, 64))
  // Auth.js finds the secret among several by the key's thumbprint (RFC 7638).
  const kid = hash('sha512', JSON.stringify({ k: key.toString('base64url'), kty: 'oct' }), 'base64url')
  const header = Buffer.from(JSON.stringify({ alg: 'dir', enc: 'A256CBC-HS512', kid })).toString('base64url')
  const keys = { header, mac: key.subarray(0, 32), encryption: key.subarray(32) }
  derived.set(name, keys)
  return keys
}
