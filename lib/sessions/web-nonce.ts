import { rememberClaims } from '#lib/accounts/kept-claims.ts'
import { usableSubject } from '#lib/accounts/subject.ts'
import type { Config } from '#lib/config/load.ts'
import { sha256 } from '#lib/crypto/digest.ts'
import { isRandomToken, randomToken } from '#lib/crypto/random-token.ts'
import type { Database } from '#lib/db/database.ts'
import { type Ended, findLiveSession, type LiveSession } from '#lib/db/sessions.ts'
import {
  extendIdleEnd,
  findSidByWebNonceHash,
  type GoodWebNonce,
  insertWebNonce,
  type OwnWebNonce,
  type WhichWebNonces,
} from '#lib/db/web-nonces.ts'
import { refused } from '#lib/id-tokens/refused.ts'
import type { IdToken } from '#lib/id-tokens/verify-id-token.ts'
import { type Device, deviceText } from './device.ts'

type Needs = { db: Database; config: Config }

/** Whether a bearer token has the form of a web nonce; a JWT does not. */
export function isWebNonce(token: string): boolean {
  return isRandomToken(token)
}

/**
 * Starts an app's session for the person of an ID token, and returns its web nonce, bound to the key with the
 * thumbprint `jkt` unless that is `null`. Only the SHA-256 of the web nonce is stored. An earlier session for
 * the same ID token ends, with all its descendants: `ended` lists them. Throws `invalid_grant` when the
 * person was signed out everywhere after the ID token was issued.
 */
export async function issueWebNonce(
  idToken: IdToken,
  token: string,
  { device, jkt }: { device: Device; jkt: string | null },
  { db, config }: Needs,
): Promise<{ sid: string; webNonce: string; expiresIn: number; ended: Ended }> {
  const { issuer, subject, clientId, claims, profile, amr, authTime, issuedAt } = idToken
  const webNonce = randomToken()
  const { idleTime, lifetime } = jkt === null ? config.webNonces : config.webNonces.bound
  const started = await insertWebNonce(db, {
    hash: sha256(webNonce),
    subjectTokenHash: subjectTokenHash(clientId, token),
    person: { issuer, subject, profile },
    clientId,
    amr,
    authTime: authTime ?? issuedAt,
    issuedAt,
    upstreamSubject: usableSubject(claims.sub),
    upstreamSid: usableSubject(claims.sid),
    device: deviceText(device),
    jkt,
    idleTime,
    lifetime,
  })
  if (!started) throw refused('its person was signed out everywhere after it was issued')
  const { sid, ended, userId } = started
  await rememberClaims(userId, { issuer }, { claims }, { db, config })
  return { sid, webNonce, expiresIn: Math.min(idleTime, lifetime), ended }
}

/**
 * What an app's session knows the ID token by that was exchanged for it: SHA-256 of the client and the token.
 */
export function subjectTokenHash(clientId: string, token: string): Buffer<ArrayBuffer> {
  // The signed part without the signature: some algorithms have several signatures for one text.
  return sha256(JSON.stringify([clientId, token.slice(0, token.lastIndexOf('.'))]))
}

/**
 * The live session that such a web nonce stands for, read from the database, and when the web nonce expires.
 * `undefined` for any other web nonce; its idle timeout is not extended.
 */
export async function sessionOfWebNonce(
  webNonce: string,
  which: WhichWebNonces,
  needs: Needs,
): Promise<(GoodWebNonce & { session: LiveSession }) | undefined> {
  const used = await touchWebNonce(webNonce, which, needs)
  const session = used && (await findLiveSession(needs.db, used.id))
  return used && session && { ...used, session }
}

/** Extends the idle timeout of such a web nonce; `undefined` for any other one, and when it has ended. */
export async function touchWebNonce(
  webNonce: string,
  which: WhichWebNonces,
  { db, config }: Needs,
): Promise<GoodWebNonce | undefined> {
  return isWebNonce(webNonce) ? extendIdleEnd(db, sha256(webNonce), which, config.webNonces) : undefined
}

/** The `sid` of this client's own web nonce, valid or not, and the key that it is bound to. */
export async function ownWebNonce(
  webNonce: string,
  clientId: string,
  { db }: Pick<Needs, 'db'>,
): Promise<OwnWebNonce | undefined> {
  return isWebNonce(webNonce) ? findSidByWebNonceHash(db, sha256(webNonce), clientId) : undefined
}
