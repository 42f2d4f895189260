import { type Session, textClaim, timeClaim } from './caller.ts'
import { Unavailable } from './errors.ts'
import type { Settings } from './options.ts'

const timeout = 5000
const longestFreshness = 5000

/** The session of a web nonce, and for how many milliseconds the answer may be reused. */
export type Introspected = { session: Session; freshFor: number } | undefined

/** Asks Baton about a web nonce. Throws `Unavailable` when Baton does not answer. RFC 7662, section 2.1. */
export async function introspectionRequest(
  webNonce: string,
  { baton, authorization, fetch }: Pick<Settings, 'baton' | 'authorization' | 'fetch'>,
): Promise<Response> {
  try {
    return await fetch(`${baton}/oidc/introspect`, {
      method: 'POST',
      headers: { authorization: authorization ?? '', accept: 'application/json' },
      body: new URLSearchParams({ token: webNonce }),
      cache: 'no-store',
      // Sends neither the web nonce nor the credentials anywhere else.
      redirect: 'error',
      signal: AbortSignal.timeout(timeout),
    })
  } catch (cause) {
    throw new Unavailable('introspection: no answer', cause)
  }
}

/**
 * Reads an introspection answer: the session, or `undefined` when the web nonce is not valid.
 * Throws `Unavailable` for any other answer. RFC 7662, section 2.2.
 */
export async function processIntrospectionResponse(
  response: Response,
  issuer: string,
): Promise<Introspected> {
  if (response.status !== 200) {
    await response.body?.cancel()
    const reason = response.status === 401 ? ', the credentials are wrong' : ''
    throw new Unavailable(`introspection: answered ${response.status}${reason}`)
  }
  const claims = await jsonObject(response)
  if (claims.active === false) return undefined
  if (claims.active !== true) throw new Unavailable('introspection: active is neither true nor false')
  // A refresh token can be active too, but it is no session (RFC 7662, section 4).
  if (!/^(bearer|dpop)$/i.test(textClaim(claims, 'token_type') ?? '')) return undefined

  const [sub, sid, clientId] = ['sub', 'sid', 'client_id'].map((name) => textClaim(claims, name))
  const expiresAt = timeClaim(claims, 'exp')
  if (!sub || !sid || !clientId || expiresAt === undefined)
    throw new Unavailable('introspection: sub, sid, client_id or exp is missing')
  const session: Session = {
    kind: 'web_nonce',
    issuer,
    sub,
    sid,
    clientId,
    authTime: timeClaim(claims, 'auth_time'),
    name: textClaim(claims, 'username'),
    expiresAt,
    claims: Object.freeze(claims),
  }
  // Frozen, because many calls share this object: a change by one must not reach the next.
  return { session: Object.freeze(session), freshFor: freshnessOf(response) }
}

async function jsonObject(response: Response): Promise<Record<string, unknown>> {
  // The parser's error would quote the body, so drop it.
  const body: unknown = await response.json().catch(() => undefined)
  if (typeof body !== 'object' || body === null || Array.isArray(body))
    throw new Unavailable('introspection: the answer is not a JSON object')
  return body as Record<string, unknown>
}

function freshnessOf(response: Response): number {
  const directives = (response.headers.get('cache-control') ?? '').toLowerCase()
  if (/\bno-(store|cache)\b/.test(directives)) return 0
  const [, seconds] = /max-age=(\d+)/.exec(directives) ?? []
  return Math.min(Number(seconds ?? 0) * 1000, longestFreshness)
}
