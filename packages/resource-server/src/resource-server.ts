import type { AccessToken, Caller, Session } from './caller.ts'
import { InvalidConfiguration, InvalidProof, InvalidToken, Unavailable } from './errors.ts'
import { createFeed, type FeedState } from './feed.ts'
import { introspectionRequest, processIntrospectionResponse } from './introspection.ts'
import { createIssuerKeys } from './issuer-keys.ts'
import { missingIn, type ResourceServerOptions, settingsOf } from './options.ts'
import { type ProvenRequest, verifyProof } from './proof.ts'
import { createRevokedSids } from './revoked-sids.ts'
import { createSessionCache } from './session-cache.ts'
import { createGetSession } from './sessions.ts'
import { isBoundTo, looksLikeJwt, shownToken } from './token.ts'
import { createUsedProofs } from './used-proofs.ts'
import { verifyAccessToken } from './verify-access-token.ts'

export type ResourceServer = {
  /**
   * Returns the live session of a web nonce, or `undefined`, also for one that is bound to a key. A token
   * service, whose web nonces come from Baton with their proofs checked, takes bound ones as well. Throws
   * `Unavailable`.
   */
  getSession(webNonce: string, options?: { bound?: boolean }): Promise<Session | undefined>
  /**
   * Verifies a JWT access token of a trusted issuer that is bound to no key. Throws `InvalidToken` and
   * `Unavailable`. RFC 9068, section 4.
   */
  verifyAccessToken(jwt: string): Promise<AccessToken>
  /**
   * Returns who makes a call, by the value of its `Authorization` header: a web nonce or a JWT access token.
   * One that is bound to a key comes by the DPoP scheme, with a proof in the `request`. Throws
   * `MissingToken`, `InvalidToken`, `InvalidProof` and `Unavailable`. RFC 6750, section 2.1; RFC 9449,
   * section 7.1.
   */
  authenticate(authorization: string | null | undefined, request?: ProvenRequest): Promise<Caller>
  /** The state of the revocation feed; `off` when there is none. */
  readonly feed: FeedState | 'off'
  /** Ends the revocation feed, which otherwise keeps the process running. Tokens can still be checked. */
  close(): void
}

/**
 * Creates a resource server, which checks the tokens that callers send. Throws `InvalidConfiguration` for
 * options that are wrong. Where one is missing that the environment should give, each call throws it instead:
 * a build such as that of Next.js loads the modules of a program without its environment.
 */
export function createResourceServer(options: ResourceServerOptions): ResourceServer {
  const missing = missingIn(options)
  return missing === undefined ? settled(options) : unsettled(missing)
}

function unsettled(missing: string): ResourceServer {
  const refuse = async () => {
    throw new InvalidConfiguration(`${missing} is missing: is its environment variable set?`)
  }
  return {
    getSession: refuse,
    verifyAccessToken: refuse,
    authenticate: refuse,
    feed: 'off',
    close() {},
  }
}

function settled(options: ResourceServerOptions): ResourceServer {
  const settings = settingsOf(options)
  const { batonIssuer, clock, publicUrl } = settings
  const cache = createSessionCache()
  const revoked = createRevokedSids(clock)
  const usedProofs = createUsedProofs(clock)
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

  async function anySession(webNonce: string): Promise<Session | undefined> {
    if (!settings.authorization) throw new InvalidConfiguration('getSession needs clientId and clientSecret')
    feed?.start()
    return sessionOf(webNonce)
  }

  async function getSession(webNonce: string, { bound = false } = {}): Promise<Session | undefined> {
    const session = await anySession(webNonce)
    return session && (bound || isBoundTo(session.claims.cnf, undefined)) ? session : undefined
  }

  async function accessTokenOf(jwt: string, jkt?: string): Promise<AccessToken> {
    feed?.start()
    const token = await verifyAccessToken(jwt, issuers, clock, jkt).catch(tell)
    // The `sid` of another issuer names no session of Baton.
    if (token.issuer === batonIssuer && token.sid !== undefined && revoked.has(token.sid))
      throw new InvalidToken('revoked')
    return token
  }

  async function callerOf(token: string, jkt?: string): Promise<Caller> {
    if (looksLikeJwt(token)) return accessTokenOf(token, jkt)
    // Without credentials Baton cannot be asked, and then only a JWT can be valid.
    const session = settings.authorization ? await anySession(token) : undefined
    if (!session) throw new InvalidToken('no live session')
    if (!isBoundTo(session.claims.cnf, jkt)) throw new InvalidToken('cnf')
    return session
  }

  async function authenticate(
    authorization: string | null | undefined,
    request: ProvenRequest = { method: '', path: '', proof: undefined },
  ): Promise<Caller> {
    const { token, byDpop } = shownToken(authorization, { takesProofs: publicUrl !== undefined })
    if (!byDpop || publicUrl === undefined) return callerOf(token)
    const { jkt, id } = await verifyProof(request, token, { publicUrl, clock })
    const caller = await callerOf(token, jkt).catch((error) => {
      if (!(error instanceof InvalidToken)) throw error
      throw new InvalidToken(error.detail, error.message, { byDpop })
    })
    // Last: who has not both the token and its key has nothing remembered.
    if (!usedProofs.take(id, caller.sub)) throw new InvalidProof('used before')
    return caller
  }

  return {
    getSession,
    verifyAccessToken: (jwt) => accessTokenOf(jwt),
    authenticate,
    get feed() {
      return feed?.state ?? 'off'
    },
    close: () => feed?.close(),
  }
}
