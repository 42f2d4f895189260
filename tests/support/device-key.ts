import { createHash, randomUUID } from 'node:crypto'
import { type CryptoKey, calculateJwkThumbprint, exportJWK, generateKeyPair, SignJWT } from 'jose'

export type DeviceKey = Awaited<ReturnType<typeof newDeviceKey>>

/** What a proof is for, and what is otherwise in it; a claim or header of `undefined` is left out. */
export type ProofOptions = {
  method?: string
  url: string
  /** The access token that it comes with. */
  token?: string
  nonce?: string | undefined
  claims?: Record<string, unknown>
  header?: Record<string, unknown>
  signedBy?: CryptoKey | Uint8Array
}

/** SHA-256 as base64url. */
export const ath = (token: string) => createHash('sha256').update(token).digest('base64url')

/** Makes the key of a device, which makes DPoP proofs (RFC 9449, section 4.2). */
export async function newDeviceKey(alg = 'ES256') {
  const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true })
  const jwk = await exportJWK(publicKey)
  return {
    jwk,
    jkt: await calculateJwkThumbprint(jwk),
    privateKey,
    proof({ method = 'POST', url, token, nonce, claims, header, signedBy = privateKey }: ProofOptions) {
      return new SignJWT({
        jti: randomUUID(),
        htm: method,
        htu: url,
        iat: Math.floor(Date.now() / 1000),
        ...(token !== undefined && { ath: ath(token) }),
        ...(nonce !== undefined && { nonce }),
        ...claims,
      })
        .setProtectedHeader({ typ: 'dpop+jwt', alg, jwk, ...header } as { alg: string })
        .sign(signedBy)
    },
  }
}
