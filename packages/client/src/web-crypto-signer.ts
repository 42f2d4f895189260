import { keptIn } from './key-store.ts'
import type { Signer } from './signer.ts'

/**
 * Makes a key by Web Crypto that no script can read, and keeps it in IndexedDB under `name`, so that it
 * outlives the page. Where there is no IndexedDB, such as in Node, it lasts as long as the process.
 */
export function webCryptoSigner({ name = 'baton' }: { name?: string } = {}): Signer {
  let kept: Promise<CryptoKeyPair> | undefined
  const pair = () => {
    if (kept) return kept
    const asked = keptIn(globalThis.indexedDB, name, newPair)
    kept = asked
    // The next call tries again.
    asked.catch(() => {
      kept = undefined
    })
    return asked
  }
  return {
    publicJwk: async () => crypto.subtle.exportKey('jwk', (await pair()).publicKey),
    async sign(data) {
      const { privateKey } = await pair()
      return new Uint8Array(await crypto.subtle.sign({ name: 'ECDSA', hash: 'SHA-256' }, privateKey, data))
    },
  }
}

function newPair(): Promise<CryptoKeyPair> {
  return crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, false, ['sign', 'verify'])
}
