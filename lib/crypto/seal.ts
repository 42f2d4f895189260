import {
  createCipheriv,
  createDecipheriv,
  createSecretKey,
  hkdfSync,
  type KeyObject,
  randomBytes,
} from 'node:crypto'

/**
 * The operator's secrets: the first one seals and all of them open, so a secret can be replaced without loss.
 */
export type Secrets = readonly [current: string, ...earlier: string[]]

const algorithm = 'aes-256-gcm'
const authTagLength = 16
/** The protected header of all seals, which is their additional authenticated data as well. */
const header = Buffer.from(Buffer.from('{"alg":"dir","enc":"A256GCM"}').toString('base64url'))

/**
 * Encrypts a JSON value as a compact JWE (`dir`, `A256GCM`; RFC 7516) that opens only in the same `context`.
 * The key is derived from the first secret and the context (HKDF, RFC 5869), so a value that is sealed for
 * one row or purpose does not open in another. By `node:crypto` itself: a library that waits for
 * WebCrypto makes a small seal cost ten times as much.
 */
export function seal(value: unknown, context: string, secrets: Secrets): Promise<string> {
  return sealBytes(new TextEncoder().encode(JSON.stringify(value)), context, secrets)
}

/** The same for bytes. */
export async function sealBytes(bytes: Uint8Array, context: string, [current]: Secrets): Promise<string> {
  const iv = randomBytes(12)
  const cipher = createCipheriv(algorithm, keyFor(context, current), iv, { authTagLength })
  cipher.setAAD(header)
  const ciphertext = Buffer.concat([cipher.update(bytes), cipher.final()])
  const parts = [iv, ciphertext, cipher.getAuthTag()].map((part) => part.toString('base64url'))
  return [header, '', ...parts].join('.')
}

/** The value that was sealed, or `undefined` if it has another context or secret, or is damaged. */
export async function open(sealed: string, context: string, secrets: Secrets): Promise<unknown> {
  return (await openAny(sealed, context, secrets))?.value
}

/**
 * The value that was sealed, and whether the current secret sealed it (if not, the caller should seal it
 * again). `undefined` as for `open`.
 */
export async function openAny(
  sealed: string,
  context: string,
  secrets: Secrets,
): Promise<{ value: unknown; isCurrent: boolean } | undefined> {
  const opened = await openBytes(sealed, context, secrets)
  if (!opened) return undefined
  return { value: JSON.parse(new TextDecoder().decode(opened.bytes)), isCurrent: opened.isCurrent }
}

/** The same for bytes. */
export async function openBytes(
  sealed: string,
  context: string,
  secrets: Secrets,
): Promise<{ bytes: Uint8Array; isCurrent: boolean } | undefined> {
  const [head, key, ...parts] = sealed.split('.')
  if (head !== header.toString() || key !== '' || parts.length !== 3) return undefined
  const [iv, ciphertext, tag] = parts.map((part) => Buffer.from(part, 'base64url')) as [
    Buffer,
    Buffer,
    Buffer,
  ]
  if (iv.length !== 12 || tag.length !== authTagLength) return undefined
  for (const [index, secret] of secrets.entries())
    try {
      const decipher = createDecipheriv(algorithm, keyFor(context, secret), iv, { authTagLength })
      decipher.setAAD(header).setAuthTag(tag)
      return { bytes: Buffer.concat([decipher.update(ciphertext), decipher.final()]), isCurrent: index === 0 }
    } catch {
      // Try the next secret.
    }
  return undefined
}

// A `KeyObject`, as Node.js takes five times as long for a cipher whose key is bytes.
function keyFor(context: string, secret: string): KeyObject {
  return createSecretKey(new Uint8Array(hkdfSync('sha256', secret, '', `baton ${context}`, 32)))
}
