import { hkdfSync } from 'node:crypto'
import { CompactEncrypt, compactDecrypt } from 'jose'

/**
 * The operator's secrets: the first one seals and all of them open, so a secret can be replaced without loss.
 */
export type Secrets = readonly [current: string, ...earlier: string[]]

/**
 * Encrypts a JSON value as a compact JWE (`dir`, `A256GCM`; RFC 7516) that opens only in the same `context`.
 * The key is derived from the first secret and the context (HKDF, RFC 5869), so a value that is sealed for
 * one row or purpose does not open in another.
 */
export function seal(value: unknown, context: string, secrets: Secrets): Promise<string> {
  return sealBytes(new TextEncoder().encode(JSON.stringify(value)), context, secrets)
}

/** The same for bytes. */
export function sealBytes(bytes: Uint8Array, context: string, [current]: Secrets): Promise<string> {
  return new CompactEncrypt(bytes)
    .setProtectedHeader({ alg: 'dir', enc: 'A256GCM' })
    .encrypt(keyFor(context, current))
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
  for (const [index, secret] of secrets.entries())
    try {
      const { plaintext } = await compactDecrypt(sealed, keyFor(context, secret), {
        keyManagementAlgorithms: ['dir'],
        contentEncryptionAlgorithms: ['A256GCM'],
      })
      return { bytes: plaintext, isCurrent: index === 0 }
    } catch {
      // Try the next secret.
    }
  return undefined
}

function keyFor(context: string, secret: string): Uint8Array {
  return new Uint8Array(hkdfSync('sha256', secret, '', `baton ${context}`, 32))
}
