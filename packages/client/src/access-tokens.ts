import { signedOut } from './answer.ts'
import { BatonError } from './error.ts'
import { exchangeToken } from './exchange-token.ts'
import type { Settings } from './options.ts'
import { parseUrl } from './secure-url.ts'
import type { Sessions } from './sessions.ts'

/** Milliseconds before its end from which an access token is not given out any more. */
const MARGIN = 60_000

type Kept = { token: Promise<string>; until: number }

export type AccessTokens = ReturnType<typeof createAccessTokens>

/** Gets access tokens for backends and keeps them in memory, for one web nonce at a time. */
export function createAccessTokens(settings: Settings, sessions: Sessions) {
  const kept = new Map<string, Kept>()
  let owner: string | undefined

  function forget(): void {
    kept.clear()
    owner = undefined
  }

  /**
   * A JWT access token for the backend of this audience, good for some while yet; parallel calls share one request.
   * Throws `invalid_argument`, `network`, `refused` (`invalid_target` for an unknown one), `signed_out`, `storage`, `unsupported_response`.
   */
  async function get(resource: string): Promise<string> {
    // RFC 8707, section 2
    const url = parseUrl(resource)
    if (!url || url.hash) throw new BatonError('invalid_argument', 'resource must be an absolute URI')
    return sessions.use((webNonce) => {
      if (owner !== webNonce) forget()
      owner = webNonce
      const known = kept.get(resource)
      if (known && settings.now() < known.until) return known.token
      const fresh: Kept = {
        token: obtain(webNonce, resource, (until) => (fresh.until = until)),
        until: Infinity,
      }
      kept.set(resource, fresh)
      fresh.token.catch(() => kept.get(resource) === fresh && kept.delete(resource))
      return fresh.token
    })
  }

  async function obtain(
    webNonce: string,
    resource: string,
    setEnd: (until: number) => void,
  ): Promise<string> {
    const from = settings.now()
    const subject = { subjectToken: webNonce, subjectTokenType: 'access_token', resource } as const
    const { accessToken, expiresIn } = await exchangeToken(subject, settings).catch(orSignedOut)
    // The person may have signed out, or be another one, by now.
    if ((await sessions.read()) !== webNonce) throw signedOut()
    setEnd(from + expiresIn * 1000 - MARGIN)
    return accessToken
  }

  return { get, forget }
}

// What is wrong with the subject token is an `invalid_request` here, and all else in the request is right (RFC 8693, section 2.2.2).
function orSignedOut(error: unknown): never {
  if (error instanceof BatonError && error.error === 'invalid_request') throw signedOut(error.status)
  throw error
}
