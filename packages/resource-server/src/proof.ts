import { createHash } from 'node:crypto'
import { calculateJwkThumbprint, EmbeddedJWK, type JWK, type JWTHeaderParameters, jwtVerify } from 'jose'
import { InvalidProof } from './errors.ts'
import { proofAlgorithms } from './proof-algorithms.ts'

/** Seconds by which the clock of a caller may differ. */
export const proofWindow = 120

const longestProof = 4096
const longestId = 256
const secretMembers = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k']

/** The request that a call by the DPoP scheme is. */
export type ProvenRequest = {
  method: string
  /** Path, with or without the query, as the caller sent it. */
  path: string
  /** The value of its `DPoP` header. */
  proof: string | null | undefined
}

/** A verified proof: the thumbprint of its key (RFC 7638), and what to remember of it. */
type Proof = { jkt: string; id: string }

/**
 * Verifies the proof of a request with an access token: form, type, algorithm, signature by the public key
 * within, `jti`, `htm`, `htu`, `ath` and time. Throws `InvalidProof`. RFC 9449, section 4.3.
 */
export async function verifyProof(
  { method, path, proof }: ProvenRequest,
  token: string,
  { publicUrl, clock }: { publicUrl: string; clock: () => number },
): Promise<Proof> {
  if (!proof) throw new InvalidProof('no proof')
  const { jwk, payload } = await verified(proof, clock)
  const { jti, htm, htu, iat, ath } = payload
  if (typeof jti !== 'string' || jti === '' || jti.length > longestId) throw new InvalidProof('jti')
  if (htm !== method) throw new InvalidProof('htm')
  const own = normalized(publicUrl + path)
  if (typeof htu !== 'string' || own === undefined || normalized(htu) !== own) throw new InvalidProof('htu')
  if (typeof iat !== 'number' || Math.abs(clock() / 1000 - iat) > proofWindow) throw new InvalidProof('iat')
  if (ath !== digest(token)) throw new InvalidProof('ath')
  const jkt = await calculateJwkThumbprint(jwk)
  return { jkt, id: digest(JSON.stringify([jkt, jti])) }
}

async function verified(proof: string, clock: () => number) {
  if (proof.length > longestProof) throw new InvalidProof('too long')
  try {
    const rules = { algorithms: [...proofAlgorithms], typ: 'dpop+jwt', currentDate: new Date(clock()) }
    const { protectedHeader, payload } = await jwtVerify(proof, embeddedKey, rules)
    return { jwk: protectedHeader.jwk as JWK, payload }
  } catch {
    throw new InvalidProof('no proof of RFC 9449')
  }
}

function embeddedKey(header: JWTHeaderParameters) {
  const { jwk = {} } = header as { jwk?: JWK }
  if (secretMembers.some((member) => Object.hasOwn(jwk, member))) throw new InvalidProof('a private key')
  // A long exponent takes a hundred times as long to verify by.
  if (jwk.e !== undefined && jwk.e !== 'AQAB') throw new InvalidProof('an odd exponent')
  return EmbeddedJWK(header)
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('base64url')
}

// Two spellings of one address are the same (RFC 3986, sections 6.2.2 and 6.2.3).
function normalized(address: string): string | undefined {
  if (!URL.canParse(address)) return undefined
  const url = new URL(address)
  url.search = ''
  url.hash = ''
  return url.href.replace(/%[\da-f]{2}/gi, (octet) => {
    const character = String.fromCharCode(Number.parseInt(octet.slice(1), 16))
    return /[\w.~-]/.test(character) ? character : octet.toUpperCase()
  })
}
