import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto'
import type { Secrets } from '#lib/crypto/seal.ts'
import { numericDate } from '#lib/oauth/numeric-date.ts'

/** Seconds for which a nonce is good, and by which the clocks of instances may differ: 60 together. */
const lifetime = 50
const tolerance = 10

const timeLength = 6
const length = timeLength + 16

const keysOf = new WeakMap<Secrets, Uint8Array[]>()

/**
 * A nonce for DPoP proofs: the time, and a MAC of it by a key that all instances have. So none of them keeps
 * any, and each takes those of the others. RFC 9449, section 9.
 */
export function serverNonce(secrets: Secrets): string {
  const [current] = keys(secrets)
  return signed(numericDate(new Date()), current as Uint8Array).toString('base64url')
}

/**
 * Whether a nonce was made here, with any of these secrets, within the last minute and not before `since`, in
 * seconds since the epoch.
 */
export function isServerNonce(nonce: string, secrets: Secrets, since = 0): boolean {
  const given = Buffer.from(nonce, 'base64url')
  if (given.length !== length || given.toString('base64url') !== nonce) return false
  const time = given.readUIntBE(0, timeLength)
  const age = numericDate(new Date()) - time
  if (age > lifetime || age < -tolerance || time < since) return false
  return keys(secrets).some((key) => timingSafeEqual(given, signed(time, key)))
}

function signed(time: number, key: Uint8Array): Buffer {
  const bytes = Buffer.alloc(length)
  bytes.writeUIntBE(time, 0, timeLength)
  const mac = createHmac('sha256', key).update(bytes.subarray(0, timeLength)).digest()
  mac.copy(bytes, timeLength, 0, length - timeLength)
  return bytes
}

function keys(secrets: Secrets): Uint8Array[] {
  let known = keysOf.get(secrets)
  if (!known) {
    known = secrets.map(
      (secret) => new Uint8Array(hkdfSync('sha256', secret, '', 'baton dpop server nonces', 32)),
    )
    keysOf.set(secrets, known)
  }
  return known
}
