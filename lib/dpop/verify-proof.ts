import {
  calculateJwkThumbprint,
  EmbeddedJWK,
  type JWK,
  type JWTHeaderParameters,
  type JWTVerifyResult,
  jwtVerify,
} from 'jose'
import { sha256 } from '#lib/crypto/digest.ts'
import { OAuthError } from '#lib/oauth/error.ts'
import { proofAlgorithms } from '#lib/oauth/signature-algorithms.ts'

/** Characters of a proof; one by an RSA key of 4096 bits has half as many. */
const longestProof = 4096
/** Characters of a `jti`. */
const longestId = 256
/** The members of a JWK that are secret (RFC 7518, section 6). */
const secretMembers = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k']

/** The request that a proof is for. */
export type ProvenRequest = {
  method: string
  /** Its address at Baton's own origin; the query does not count. */
  url: string
  /** The access token that it comes with, where it comes with one. */
  accessToken?: string
}

/** What a proof says, once it is verified. */
export type Proof = {
  /** The thumbprint of its key (RFC 7638, SHA-256). */
  jkt: string
  /** SHA-256 of key and `jti`: what is remembered of it. */
  digest: Buffer<ArrayBuffer>
  /** When it was made by its maker's clock, in seconds since the epoch. */
  iat: number
  nonce: string | undefined
}

/**
 * Verifies a DPoP proof for one request: form, type, algorithm, signature by the public key within, `jti`,
 * `htm`, `htu`, `iat`, and `ath` where there is an access token. Whether it is recent and new is for others
 * to check. Throws `invalid_dpop_proof`. RFC 9449, section 4.3.
 */
export async function verifyProof(
  proof: string,
  { method, url, accessToken }: ProvenRequest,
): Promise<Proof> {
  const { protectedHeader, payload } = await verified(proof)
  const { jti, htm, htu, iat, ath, nonce } = payload
  if (typeof jti !== 'string' || jti === '' || jti.length > longestId) throw refused('a good jti')
  if (htm !== method) throw refused('the htm of this request')
  if (typeof htu !== 'string' || normalized(htu) === undefined || normalized(htu) !== normalized(url))
    throw refused('the htu of this request')
  if (typeof iat !== 'number') throw refused('an iat')
  if (accessToken !== undefined && ath !== sha256(accessToken).toString('base64url'))
    throw refused('the ath of this access token')
  if (nonce !== undefined && typeof nonce !== 'string') throw refused('a nonce that is a text')
  const jkt = await calculateJwkThumbprint(protectedHeader.jwk as JWK)
  return { jkt, digest: sha256(JSON.stringify([jkt, jti])), iat, nonce }
}

async function verified(proof: string): Promise<JWTVerifyResult> {
  if (proof.length > longestProof) throw refused('fewer characters')
  try {
    const algorithms = [...proofAlgorithms]
    return await jwtVerify(proof, embeddedKey, { algorithms, typ: 'dpop+jwt' })
  } catch (cause) {
    throw refused('the form of RFC 9449, and be signed by the public key within', cause)
  }
}

function embeddedKey(header: JWTHeaderParameters) {
  const { jwk = {} } = header as { jwk?: JWK }
  if (secretMembers.some((member) => Object.hasOwn(jwk, member))) throw new Error('the key is private')
  // A long exponent takes a hundred times as long to verify by.
  if (jwk.e !== undefined && jwk.e !== 'AQAB') throw new Error('the exponent of the key is not 65537')
  return EmbeddedJWK(header)
}

/** The refusal of a proof, by what it has to have. */
function refused(what: string, cause?: unknown): OAuthError {
  return new OAuthError('invalid_dpop_proof', `the DPoP proof must have ${what}`, { byDpop: true, cause })
}

// Two spellings of one address are the same (RFC 3986, sections 6.2.2 and 6.2.3); its query and fragment do
// not count.
function normalized(address: string): string | undefined {
  const url = URL.parse(address)
  if (!url) return undefined
  url.search = ''
  url.hash = ''
  return url.href.replace(/%[\da-f]{2}/gi, (octet) => {
    const character = String.fromCharCode(Number.parseInt(octet.slice(1), 16))
    return /[\w.~-]/.test(character) ? character : octet.toUpperCase()
  })
}
