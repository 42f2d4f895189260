import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  createSecretKey,
  hash,
  hkdfSync,
  type KeyObject,
  randomBytes,
  randomUUID,
  timingSafeEqual,
} from 'node:crypto'
import { numericDate } from '#lib/oauth/numeric-date.ts'

/** `KeyObject`s, as Node.js takes several times as long with a key that is bytes. */
type Keys = { header: string; mac: KeyObject; encryption: KeyObject }

/** Seconds, as Auth.js has it. */
const clockTolerance = 15

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
  const tag = tagOf({ header, mac, iv, ciphertext })
  const parts = [iv, ciphertext, tag].map((part) => part.toString('base64url'))
  return [header, '', ...parts].join('.')
}

/**
 * The claims of a session cookie of this name that one of these secrets encrypted; `undefined` for any other
 * text, and for one that has expired. Opens what `encodeSession` and Auth.js write, and no other JWE.
 */
export function decodeSession(
  jwe: string,
  { secrets, cookieName }: { secrets: readonly string[]; cookieName: string },
): unknown {
  const [header = '', key, ...rest] = jwe.split('.')
  const secret = secrets.find((each) => keysOf(each, cookieName).header === header)
  if (secret === undefined || key !== '' || rest.length !== 3) return undefined
  const { mac, encryption } = keysOf(secret, cookieName)
  const [iv, ciphertext, tag] = rest.map((part) => Buffer.from(part, 'base64url')) as [Buffer, Buffer, Buffer]
  const expected = tagOf({ header, mac, iv, ciphertext })
  // Before anything is decrypted.
  if (iv.length !== 16 || tag.length !== expected.length || !timingSafeEqual(tag, expected)) return undefined
  const decipher = createDecipheriv('aes-256-cbc', encryption, iv)
  const claims = JSON.parse(decipher.update(ciphertext, undefined, 'utf8') + decipher.final('utf8'))
  return claims.exp > numericDate(new Date()) - clockTolerance ? claims : undefined
}

type Encrypted = { header: string; mac: KeyObject; iv: Buffer; ciphertext: Buffer }

function tagOf({ header, mac, iv, ciphertext }: Encrypted): Buffer {
  const headerBits = Buffer.alloc(8)
  headerBits.writeBigUInt64BE(BigInt(header.length * 8))
  const whole = createHmac('sha512', mac).update(header).update(iv).update(ciphertext).update(headerBits)
  return whole.digest().subarray(0, 32)
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
  const [mac, encryption] = [createSecretKey(key.subarray(0, 32)), createSecretKey(key.subarray(32))]
  const keys = { header, mac, encryption }
  derived.set(name, keys)
  return keys
}
