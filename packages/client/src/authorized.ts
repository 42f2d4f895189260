import { errorOf } from './answer.ts'
import { BatonError } from './error.ts'
import type { Settings } from './options.ts'
import type { ProvenRequest } from './prover.ts'
import { isSecure, parseUrl } from './secure-url.ts'

type Answered = { status: number; headers: Headers; body?: unknown }

/**
 * Makes a request at Baton with the headers that carry a token: as bearer, or with a proof of the app's key
 * (RFC 9449, section 7.1). Where Baton wants a newer nonce in the proof, makes it once more. Throws what
 * `call` throws, `storage`, and `refused` when Baton takes no proof of this key.
 */
export async function authorized<Answer extends Answered>(
  request: ProvenRequest,
  settings: Pick<Settings, 'prover'>,
  call: (headers: Record<string, string>) => Promise<Answer>,
): Promise<Answer> {
  const { prover } = settings
  if (!prover) return call(await headersFor(request, settings))
  const attempt = async () => {
    const answer = await call(await headersFor(request, settings))
    prover.heard(answer)
    return answer
  }
  let answer = await attempt()
  if (proofRefusal(answer, request) === 'use_dpop_nonce') {
    await discarded(answer)
    answer = await attempt()
  }
  const error = proofRefusal(answer, request)
  if (error === undefined) return answer
  await discarded(answer)
  const description = 'Baton takes no proof of this key: is the clock right?'
  throw new BatonError('refused', description, { status: answer.status, error })
}

/**
 * The headers that carry a token, or with a signer prove that the app has its key. Throws `storage`, and
 * `invalid_argument` for a URL that no secret may be sent to.
 */
export async function headersFor(
  request: ProvenRequest,
  { prover }: Pick<Settings, 'prover'>,
): Promise<Record<string, string>> {
  const { token, url } = request
  const address = parseUrl(url)
  if (!address || !isSecure(address))
    throw new BatonError('invalid_argument', 'url must be an https URL (http: for loopback only)')
  if (!prover) return token === undefined ? {} : { authorization: `Bearer ${token}` }
  const dpop = await prover.proof(request, address)
  return token === undefined ? { dpop } : { authorization: `DPoP ${token}`, dpop }
}

// Baton's own refusal of a proof: by its challenge, or at the token endpoint by its body (RFC 9449, sections
// 8 and 9), where it comes without an access token. A backend behind the proxy may want proofs as well; its
// answers have a policy that Baton adds. The answer of a token service is passed on as it is.
function proofRefusal({ status, headers, body }: Answered, { token }: ProvenRequest): string | undefined {
  if (/\bsandbox\b/i.test(headers.get('content-security-policy') ?? '')) return undefined
  const [, challenged] =
    /^DPoP\b.*\berror="(use_dpop_nonce|invalid_dpop_proof)"/i.exec(headers.get('www-authenticate') ?? '') ??
    []
  if (status === 401) return challenged
  const isTokenEndpoint = status === 400 && token === undefined
  const error = isTokenEndpoint && body instanceof Uint8Array ? errorOf({ status, headers, body }) : undefined
  return error === 'use_dpop_nonce' || error === 'invalid_dpop_proof' ? error : undefined
}

async function discarded({ body }: Answered): Promise<void> {
  if (body instanceof ReadableStream) await body.cancel()
}
