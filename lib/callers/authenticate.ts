import type { Logger } from 'pino'
import type { Config } from '#lib/config/load.ts'
import { sha256 } from '#lib/crypto/digest.ts'
import type { Database } from '#lib/db/database.ts'
import type { LiveSession } from '#lib/db/sessions.ts'
import { takeProof } from '#lib/db/used-proofs.ts'
import { checkProof, proofsLast, usedBefore } from '#lib/dpop/check-proof.ts'
import type { ProofMemory } from '#lib/dpop/proof-memory.ts'
import { type MaybeLater, whenThere } from '#lib/later/later.ts'
import type { Limits } from '#lib/limits/limits.ts'
import { OAuthError } from '#lib/oauth/error.ts'
import { liveSession } from '#lib/sessions/live-session.ts'
import type { RevocationFeed } from '#lib/sessions/revocation-feed.ts'
import type { SessionCache } from '#lib/sessions/session-cache.ts'
import type { SessionToken } from '#lib/sessions/session-token.ts'
import { isWebNonce, touchWebNonce } from '#lib/sessions/web-nonce.ts'
import { noteRequest } from '#lib/telemetry/request-record.ts'
import { tell } from '#lib/telemetry/tell.ts'
import { type AppToken, appToken } from './app-token.ts'
import type { Caller } from './caller.ts'
import { openedCookie } from './opened-cookie.ts'
import { requireSameOrigin } from './same-origin.ts'
import { sessionCookieDigest } from './session-cookie.ts'

/** The live session of a call, and the content of its cookie where the call came with one. */
type Authenticated = { session: LiveSession; token: SessionToken | undefined }

/** What finding the session of a call needs. */
export type CallerNeeds = {
  db: Database
  config: Config
  sessions: SessionCache
  revocations: RevocationFeed
  proofs: ProofMemory
  limits: Limits
  log: Logger
}

/** `proxied`: a call like many others, whose DPoP proof this process alone remembers. */
type How = { navigable?: boolean; proxied?: boolean }

/**
 * The live session of a call, at once where this process knows it. An app's web nonce takes precedence over
 * the cookie. A cookie counts only in a call from a page of Baton's own origin. Throws `invalid_token`
 * without a live session, what `sessionOfApp` throws, and `csrf` for a cross-site call.
 */
export function authenticate(
  caller: Caller,
  needs: CallerNeeds,
  { navigable = false, proxied = false }: How = {},
): MaybeLater<Authenticated> {
  const shown = appToken(caller)
  if (shown)
    return whenThere(sessionOfApp(shown, caller, needs, { proxied }), (session) => ({
      session,
      token: undefined,
    }))

  const cookie = caller.header('cookie')
  const key = digestOf(cookie, caller, needs)
  if (!key) throw new OAuthError('invalid_token', 'sign in first', { withoutCredentials: true })
  requireSameOrigin(caller, needs.config.url, { navigable })
  const token = openedCookie(cookie, needs, key)
  return whenThere(token && liveSession(token.sid, needs), (session) => {
    if (!session) throw new OAuthError('invalid_token', 'the session has ended; sign in again')
    return { session, token }
  })
}

const lastOf = new WeakMap<object, { cookie: string | undefined; digest: string | undefined }>()

// A browser sends the same cookie in every call on a connection, and comparing is cheaper than hashing.
function digestOf(
  cookie: string | undefined,
  { connection }: Caller,
  { config }: CallerNeeds,
): string | undefined {
  const last = connection && lastOf.get(connection)
  if (last?.cookie === cookie && last) return last.digest
  const digest = sessionCookieDigest(cookie, config)
  if (connection) lastOf.set(connection, { cookie, digest })
  return digest
}

/**
 * The live session that an app's web nonce stands for: one that is bound to a key by the DPoP scheme and a
 * proof of that key, any other as bearer token. Throws `invalid_token` for any other token, and for a bad
 * proof what `checkProof` throws.
 */
export function sessionOfApp(
  { token, byDpop }: AppToken,
  caller: Caller,
  needs: CallerNeeds,
  { proxied = false }: Pick<How, 'proxied'> = {},
): MaybeLater<LiveSession> {
  return byDpop ? sessionByProof(token, caller, needs, proxied) : sessionOf(token, undefined, needs)
}

// RFC 9449, section 7.1.
async function sessionByProof(
  token: string,
  caller: Caller,
  needs: CallerNeeds,
  proxied: boolean,
): Promise<LiveSession> {
  const { config, db, proofs, limits, log } = needs
  const { method = '', target } = caller
  const request = { method, url: config.url + target, accessToken: token }
  // A process that has just started does not know what the one before it has taken.
  const nonceSince = proxied ? proofs.since : undefined
  const proof = await checkProof(caller.header('dpop'), request, config, { nonceSince })
  const session = await sessionOf(token, proof.jkt, needs)
  // Last: who has not both the web nonce and its key has nothing remembered.
  // One instance may be several processes, which have no memory together.
  const isAlone = proxied && config.workers === 1
  if (!isAlone) await limits.take('proofs', session.id)
  const isNew = isAlone ? proofs.take(proof, session.user.id) : await takeProof(db, proof.digest, proofsLast)
  if (!isNew) {
    tell(log, 'proof.replayed', {
      sid: session.id,
      ...(session.clientId !== null && { client: session.clientId }),
    })
    throw usedBefore()
  }
  return session
}

function sessionOf(webNonce: string, jkt: string | undefined, needs: CallerNeeds): MaybeLater<LiveSession> {
  // With the key, so that a bound web nonce is not found without it.
  const key = isWebNonce(webNonce)
    ? sha256(jkt ? `${jkt} ${webNonce}` : webNonce).toString('base64')
    : undefined
  const sid = key && (needs.sessions.sidOf(key) ?? findSid(webNonce, key, needs, jkt))
  const session = whenThere(sid, (known) => (known ? liveSession(known, needs) : undefined))
  return whenThere(session, (live) => {
    if (!live)
      throw new OAuthError('invalid_token', 'the web nonce is no longer valid; sign in again', {
        byDpop: jkt !== undefined,
      })
    noteRequest({ sid: live.id, ...(live.clientId !== null && { client: live.clientId }) })
    return live
  })
}

async function findSid(
  webNonce: string,
  key: string,
  needs: CallerNeeds,
  jkt = '',
): Promise<string | undefined> {
  const sid = (await touchWebNonce(webNonce, { clientIds: null, keys: [jkt] }, needs))?.id
  if (sid) needs.sessions.keepWebNonce(key, sid)
  return sid
}
