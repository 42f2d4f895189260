import { bearerToken, looksLikeJwt } from './bearer.ts'
import type { AccessToken, Caller, Session } from './caller.ts'
import { InvalidConfiguration, InvalidToken, Unavailable } from './errors.ts'
import { createFeed, type FeedState } from './feed.ts'
import { introspectionRequest, processIntrospectionResponse } from './introspection.ts'
import { createIssuerKeys } from './issuer-keys.ts'
import { type ResourceServerOptions, settingsOf } from './options.ts'
import { createRevokedSids } from './revoked-sids.ts'
import { createSessionCache } from './session-cache.ts'
import { createGetSession } from './sessions.ts'
import { verifyAccessToken } from './verify-access-token.ts'

export type ResourceServer = {
  /** Returns the live session of a web nonce, or `undefined`. Throws `Unavailable`. */
  getSession(webNonce: string): Promise<Session | undefined>
  /**
   * Verifies a JWT access token of a trusted issuer. Throws `InvalidToken` and `Unavailable`.
   * RFC 9068, section 4.
   */
  verifyAccessToken(jwt: string): Promise<AccessToken>
  /**
   * Returns who makes a call, by the value of its `Authorization` header: a web nonce or a JWT access token.
   * Throws `MissingToken`, `InvalidToken` and `Unavailable`. RFC 6750, section 2.1.
   */
  authenticate(authorization: string | null | undefined): Promise<Caller>
  /** The state of the revocation feed; `off` when there is none. */
  readonly feed: FeedState | 'off'
  /** Ends the revocation feed, which otherwise keeps the process running. Tokens can still be checked. */
  close(): void
}

/** Creates a resource server, which checks the tokens that callers send. Throws `InvalidConfiguration`. */
export function createResourceServer(options: ResourceServerOptions): ResourceServer {
  const settings = settingsOf(options)
  const { batonIssuer, clock } = settings
  const cache = createSessionCache()
  const revoked = createRevokedSids(clock)
  const feed = settings.feed
    ? createFeed(settings, {
        revoked(sid) {
          revoked.add(sid)
          cache.dropSid(sid)
        },
        reset: () => cache.clear(),
        refused: settings.onError,
      })
    : undefined

  function tell(error: unknown): never {
    if (error instanceof Unavailable) settings.onError(error)
    throw error
  }

  async function introspect(webNonce: string) {
    const response = await introspectionRequest(webNonce, settings)
    return processIntrospectionResponse(response, batonIssuer)
  }
  const sessionOf = createGetSession({
    introspect: (webNonce) => introspect(webNonce).catch(tell),
    feed,
    revoked,
    cache,
    clock,
  })
  const issuers = settings.issuers.map((trusted) => ({
    ...trusted,
    keys: createIssuerKeys(trusted.issuer, settings),
  }))

  async function getSession(webNonce: string): Promise<Session | undefined> {
    if (!settings.authorization) throw new InvalidConfiguration('getSession needs clientId and clientSecret')
    feed?.start()
    return sessionOf(webNonce)
  }

  async function accessTokenOf(jwt: string): Promise<AccessToken> {
    feed?.start()
    const token = await verifyAccessToken(jwt, issuers, clock).catch(tell)
    // The `sid` of another issuer names no session of Baton.
    if (token.issuer === batonIssuer && token.sid !== undefined && revoked.has(token.sid))
      throw new InvalidToken('revoked')
    return token
  }

  async function authenticate(authorization: string | null | undefined): Promise<Caller> {
    const token = bearerToken(authorization)
    if (looksLikeJwt(token)) return accessTokenOf(token)
    // Without credentials Baton cannot be asked, and then only a JWT can be valid.
    const session = settings.authorization ? await getSession(token) : undefined
    if (!session) throw new InvalidToken('no live session')
    return session
  }

  return {
    getSession,
    verifyAccessToken: accessTokenOf,
    authenticate,
    get feed() {
      return feed?.state ?? 'off'
    },
    close: () => feed?.close(),
  }
}
