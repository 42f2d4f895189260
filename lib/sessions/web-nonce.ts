import { displayProfile } from '#lib/accounts/person.ts'
import { usableSubject } from '#lib/accounts/subject.ts'
import { sha256 } from '#lib/crypto/digest.ts'
import { isRandomToken, randomToken } from '#lib/crypto/random-token.ts'
import { findLiveSession, type LiveSession } from '#lib/db/sessions.ts'
import {
  extendIdleEnd,
  findSidByWebNonceHash,
  type GoodWebNonce,
  insertWebNonce,
} from '#lib/db/web-nonces.ts'
import type { IdToken } from '#lib/id-tokens/verify-id-token.ts'
import type { Runtime } from '#lib/runtime.ts'

type Needs = Pick<Runtime, 'db' | 'config'>

/** Whether a bearer token has the form of a web nonce; a JWT does not. */
export function isWebNonce(token: string): boolean {
  return isRandomToken(token)
}

/**
 * Starts an app's session for the person whose ID token it shows, and gives the web nonce that stands for it; only its SHA-256 is kept. The one that
 * was made for the same ID token before ends, with all that came of it: `ended` are those sessions.
 */
export async function issueWebNonce(
  idToken: IdToken,
  token: string,
  { db, config }: Needs,
): Promise<{ webNonce: string; expiresIn: number; ended: string[] }> {
  const { issuer, subject, clientId, claims, amr, authTime, issuedAt } = idToken
  const webNonce = randomToken()
  const { idleTime, lifetime } = config.webNonces
  const { ended } = await insertWebNonce(db, {
    hash: sha256(webNonce),
    // What is signed, and not the signature: some algorithms have several for the same words.
    subjectTokenHash: sha256(JSON.stringify([clientId, token.slice(0, token.lastIndexOf('.'))])),
    person: { issuer, subject, profile: displayProfile(claims) },
    clientId,
    amr,
    authTime: authTime ?? issuedAt,
    upstreamSubject: usableSubject(claims.sub),
    upstreamSid: usableSubject(claims.sid),
    idleTime,
    lifetime,
  })
  return { webNonce, expiresIn: Math.min(idleTime, lifetime), ended }
}

/**
 * The live session that a web nonce of one of these clients stands for, always from the database, and until when it is good; `undefined` for any
 * other, which is not used by being asked about.
 */
export async function sessionOfWebNonce(
  webNonce: string,
  clientIds: readonly string[],
  needs: Needs,
): Promise<(GoodWebNonce & { session: LiveSession }) | undefined> {
  const used = await touchWebNonce(webNonce, clientIds, needs)
  const session = used && (await findLiveSession(needs.db, used.id))
  return used && session && { ...used, session }
}

/** Puts the idle end of a web nonce off, of one of these clients or any; `undefined` when it is not good any more. */
export async function touchWebNonce(
  webNonce: string,
  clientIds: readonly string[] | null,
  { db, config }: Needs,
): Promise<GoodWebNonce | undefined> {
  return isWebNonce(webNonce)
    ? extendIdleEnd(db, sha256(webNonce), clientIds, config.webNonces.idleTime)
    : undefined
}

/** The `sid` of this client's own web nonce, good or not. */
export async function sidOfWebNonce(
  webNonce: string,
  clientId: string,
  { db }: Pick<Needs, 'db'>,
): Promise<string | undefined> {
  return isWebNonce(webNonce) ? findSidByWebNonceHash(db, sha256(webNonce), clientId) : undefined
}
