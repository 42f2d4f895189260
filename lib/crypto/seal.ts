import { hkdfSync } from 'node:crypto'
import { CompactEncrypt, compactDecrypt } from 'jose'

/**
 * Encrypts a JSON value as a compact JWE (`dir`, `A256GCM`; RFC 7516) that opens only in the same `context`.
 * The key is derived from the secret and the context (HKDF, RFC 5869): what is sealed for one row or purpose is
 * worthless in another.
 */
export function seal(value: unknown, context: string, secret: string): Promise<string> {
  return new CompactEncrypt(new TextEncoder().encode(JSON.stringify(value)))
    .setProtectedHeader({ alg: 'dir', enc: 'A256GCM' })
    .encrypt(keyFor(context, secret))
}

/** What `seal` took, or `undefined` when it was sealed in another context, by another secret, or is damaged. */
export async function open(sealed: string, context: string, secret: string): Promise<unknown> {
  try {
    const { plaintext } = await compactDecrypt(sealed, keyFor(context, secret), {
      keyManagementAlgorithms: ['dir'],
      contentEncryptionAlgorithms: ['A256GCM'],
    })
    return JSON.parse(new TextDecoder().decode(plaintext))
  } catch {
    return undefined
  }
}

function keyFor(context: string, secret: string): Uint8Array {
  return new Uint8Array(hkdfSync('sha256', secret, '', `baton ${context}`, 32))
}
