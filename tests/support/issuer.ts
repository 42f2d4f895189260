import {
  type CryptoKey,
  exportJWK,
  generateKeyPair,
  type JWK,
  type JWTHeaderParameters,
  type JWTPayload,
  SignJWT,
} from 'jose'
import { freePort } from './free-port.ts'
import { listen } from './partners.ts'

export type SigningKey = { alg: string; kid: string; privateKey: CryptoKey; jwk: JWK }

let made = 0

/** A new key pair; its public half as a JWK. */
export async function newKey(alg: string): Promise<SigningKey> {
  const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true })
  const kid = `key-${++made}`
  return { alg, kid, privateKey, jwk: { ...(await exportJWK(publicKey)), kid, use: 'sig' } }
}

export type Issuer = Awaited<ReturnType<typeof startIssuer>>

/** An issuer's metadata and keys over HTTP, counted; its keys can be changed and it can be switched off. */
export async function startIssuer(keys: SigningKey[]) {
  const requests = { metadata: 0, keys: 0 }
  let keyAnswer = { status: 200, body: JSON.stringify({ keys: keys.map(({ jwk }) => jwk) }) }
  let metadata: (url: string) => object = (url) => ({ issuer: url, jwks_uri: `${url}/jwks` })

  const listener: Parameters<typeof listen>[0] = (req, res) => {
    const url = `http://${req.headers.host}`
    const isKeys = req.url === '/jwks'
    requests[isKeys ? 'keys' : 'metadata']++
    const answer = isKeys ? keyAnswer : { status: 200, body: JSON.stringify(metadata(url)) }
    res.writeHead(answer.status, { 'content-type': 'application/json' })
    res.end(answer.body)
  }
  // Nobody else gets the port while the issuer is switched off.
  const port = await freePort()
  let server: Awaited<ReturnType<typeof listen>> | undefined = await listen(listener, port)
  const { url } = server
  return {
    url,
    requests,
    /** Serves these keys from now on. */
    serveKeys(jwks: JWK[]) {
      keyAnswer = { status: 200, body: JSON.stringify({ keys: jwks }) }
    },
    /** Answers this in place of keys from now on. */
    answerKeysWith(status: number, body: string) {
      keyAnswer = { status, body }
    },
    serveMetadata(make: (url: string) => object) {
      metadata = make
    },
    async switchOff() {
      const running = server
      server = undefined
      await running?.close()
    },
    async switchOn() {
      server = await listen(listener, port)
    },
  }
}

/** A signed JWT; a claim or header of `undefined` is left out. */
export function signed(
  key: SigningKey,
  claims: JWTPayload,
  header: Partial<JWTHeaderParameters> = {},
): Promise<string> {
  return new SignJWT(claims)
    .setProtectedHeader({ alg: key.alg, kid: key.kid, typ: 'JWT', ...header })
    .sign(key.privateKey)
}
