import { signedOut } from './answer.ts'
import { BatonError } from './error.ts'
import { exchangeToken } from './exchange-token.ts'
import type { Settings } from './options.ts'
import { parseUrl } from './secure-url.ts'
import type { Sessions } from './sessions.ts'

/** How many milliseconds before its end an access token is no longer handed out. */
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
   * Returns a JWT access token for the backend with this audience, with some lifetime left. Parallel calls
   * share one request.
   * Throws `invalid_argument`, `network`, `refused` (`invalid_target` for an unknown audience), `signed_out`,
   * `storage`, `unsupported_response`.
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
    // By now the person may have signed out, or another person may have signed in.
    if ((await sessions.read()) !== webNonce) throw signedOut()
    setEnd(from + expiresIn * 1000 - MARGIN)
    return accessToken
  }

  return { get, forget }
}

// Baton answers an invalid subject token with `invalid_request` (RFC 8693, section 2.2.2), and everything
// else in this request is known to be right.
function orSignedOut(error: unknown): never {
  if (error instanceof BatonError && error.error === 'invalid_request') throw signedOut(error.status)
  throw error
}
