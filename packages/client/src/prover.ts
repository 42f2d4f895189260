import { encodeBase64url } from './base64url.ts'
import { BatonError } from './error.ts'
import { challengeOf, randomText, type WebCrypto } from './proof-key.ts'
import { rawSignature, type Signer } from './signer.ts'

/** A request that a proof is for. */
export type ProvenRequest = {
  method: string
  url: string
  /** The token that it comes with. */
  token?: string
  /** The nonce of a server other than Baton. */
  nonce?: string
}

export type Prover = ReturnType<typeof createProver>

/** Makes DPoP proofs with the app's key, and remembers the newest nonce that Baton gave for them. */
export function createProver(
  signer: Signer,
  { baton, crypto, now }: { baton: string; crypto: WebCrypto | undefined; now: () => number },
) {
  let newest: string | undefined

  return {
    /**
     * Returns a proof for one request to an address (RFC 9449, section 4.2). Throws `invalid_argument`, and
     * `storage` when the key cannot be used.
     */
    async proof({ method, token, nonce }: Omit<ProvenRequest, 'url'>, address: URL): Promise<string> {
      const ownNonce = address.origin === baton ? newest : undefined
      const claims = {
        jti: randomText(crypto),
        htm: method,
        htu: address.origin + address.pathname,
        iat: Math.floor(now() / 1000),
        // The same digest as that of a code challenge.
        ath: token === undefined ? undefined : await challengeOf(token, crypto),
        nonce: nonce ?? ownNonce,
      }
      const { kty, crv, x, y } = await guarded(async () => signer.publicJwk())
      const header = { typ: 'dpop+jwt', alg: 'ES256', jwk: { kty, crv, x, y } }
      const text = `${encoded(header)}.${encoded(claims)}`
      const signature = rawSignature(await guarded(async () => signer.sign(new TextEncoder().encode(text))))
      if (!signature) throw new BatonError('invalid_argument', 'signer.sign must return an ES256 signature')
      return `${text}.${encodeBase64url(signature)}`
    },

    /** Remembers the nonce of an answer of Baton's. */
    heard({ headers }: { headers: Headers }): void {
      newest = headers.get('dpop-nonce') ?? newest
    },
  }
}

function encoded(value: object): string {
  return encodeBase64url(new TextEncoder().encode(JSON.stringify(value)))
}

async function guarded<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (cause) {
    throw new BatonError('storage', 'the key of this app cannot be used', { cause })
  }
}
