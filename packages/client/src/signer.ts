type Maybe<T> = T | Promise<T>

/** A public key on the curve P-256 as a JWK (RFC 7518, section 6.2.1). Other members are left out. */
export type PublicJwk = { kty?: string; crv?: string; x?: string; y?: string }

/**
 * A key of this device that signs and never leaves it: in the Android Keystore, the Secure Enclave, or a
 * browser. The curve is P-256.
 */
export type Signer = {
  publicJwk(): Maybe<PublicJwk>
  /**
   * Signs with ECDSA and SHA-256. Returns `r` and `s`, 32 bytes each, or the DER form that the Keystore and
   * the Secure Enclave give (RFC 7518, section 3.4; RFC 3279, section 2.2.3).
   */
  sign(data: Uint8Array<ArrayBuffer>): Maybe<Uint8Array>
}

/** `r` and `s` of a signature, 32 bytes each, from either form; `undefined` for what is no signature. */
export function rawSignature(signature: Uint8Array): Uint8Array | undefined {
  if (signature.length === 64) return signature
  const [tag, length, ...rest] = signature
  if (tag !== 0x30 || length !== rest.length) return undefined
  const raw = new Uint8Array(64)
  let at = 2
  for (const end of [32, 64]) {
    const size = signature[at + 1] ?? 0
    const number = signature.subarray(at + 2, at + 2 + size)
    if (signature[at] !== 0x02 || size === 0 || number.length !== size) return undefined
    const digits = number[0] === 0 ? number.subarray(1) : number
    if (digits.length > 32) return undefined
    raw.set(digits, end - digits.length)
    at += 2 + size
  }
  return at === signature.length ? raw : undefined
}
