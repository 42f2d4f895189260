import { randomUUID } from 'node:crypto'
import { sha256 } from '#lib/crypto/digest.ts'
import { randomToken } from '#lib/crypto/random-token.ts'
import type { Database } from '#lib/db/database.ts'
import { type NonceClaim, spendNonce } from '#lib/db/nonce-spending.ts'
import { spendNonceOver } from '#lib/db/nonce-spending-over.ts'
import { insertNonce, type NewNonce } from '#lib/db/nonces.ts'
import { findLiveSession, insertSession, type NewSession } from '#lib/db/sessions.ts'
import { upsertUser } from '#lib/db/users.ts'
import { deviceText } from '#lib/sessions/device.ts'
import { someDevice } from './page-of.ts'

/** A time so many seconds from now. */
export const fromNow = (seconds: number) => new Date(Date.now() + seconds * 1000)

/** A person with a browser session and a token set, as a sign-in writes them. */
export async function signIn(db: Database, change: Partial<NewSession> = {}, sealed = 'sealed') {
  const user = await upsertUser(db, 'https://op.example.org', randomUUID(), { name: 'Demo User' })
  const sid = randomUUID()
  const tokenSetId = randomUUID()
  const session: NewSession = {
    id: sid,
    kind: 'browser',
    userId: user.id,
    provider: 'demo',
    amr: ['pwd'],
    authTime: new Date('2026-01-02T03:04:05Z'),
    expiresAt: fromNow(3600),
    idleTime: undefined,
    upstreamSubject: null,
    upstreamSid: null,
    device: deviceText(someDevice),
    provenAfter: new Date(),
    ...change,
  }
  await insertSession(db, session, { id: tokenSetId, sealed })
  return { user, sid, tokenSetId }
}

/** A nonce that the session asked for; returns it and its digest. */
export async function nonceOf(
  db: Database,
  source: { user: { id: string }; sid: string | null },
  change: Partial<NewNonce> = {},
  ttl = 30,
) {
  const { nonce, hash, row } = newNonceOf(source, change)
  await insertNonce(db, row, ttl)
  return { nonce, hash }
}

/** The same before it is written. */
export function newNonceOf(
  source: { user: { id: string }; sid: string | null },
  change: Partial<NewNonce> = {},
) {
  const nonce = randomToken()
  const hash = sha256(nonce)
  const row: NewNonce = {
    hash,
    userId: source.user.id,
    sourceSessionId: source.sid,
    sourceClientId: null,
    target: null,
    redirectTo: null,
    codeChallenge: null,
    amr: ['pwd'],
    authTime: new Date('2026-01-02T03:04:05Z'),
    approval: null,
    sourceDevice: deviceText(someDevice),
    ...change,
  }
  return { nonce, hash, row }
}

/** Redeems a nonce by its digest into a session with this id. */
export function redeem(db: Database, hash: Buffer<ArrayBuffer>, change: Partial<NonceClaim> = {}) {
  return spendNonce(db.$prepared, claimOf(hash, change))
}

/** Redeems one in a browser where this session stands. */
export function redeemOver(db: Database, hash: Buffer<ArrayBuffer>, standing: { sid: string }, sid?: string) {
  return spendNonceOver(db, claimOf(hash, sid ? { sessionId: sid } : {}), standing.sid)
}

/** A claim that holds for a nonce without conditions. */
export function claimOf(hash: Buffer<ArrayBuffer>, change: Partial<NonceClaim> = {}): NonceClaim {
  const sessionId = change.sessionId ?? randomUUID()
  return {
    hash,
    openedAt: null,
    codeChallenge: null,
    sessionId,
    target: null,
    spentBy: sha256(sessionId),
    isProven: false,
    lifetime: 3600,
    sourcelessLifetime: 3600,
    idleTime: undefined,
    device: deviceText(someDevice),
    ...change,
  }
}

/** Hands a session over once, in a browser where another one may stand; returns the child. */
export async function handOver(
  db: Database,
  source: { user: { id: string }; sid: string },
  standing?: { sid: string },
) {
  const sid = randomUUID()
  const { hash } = await nonceOf(db, source)
  const spent = standing
    ? await redeemOver(db, hash, standing, sid)
    : await redeem(db, hash, { sessionId: sid })
  if (!spent) throw new Error('the hand-off did not work')
  return { user: source.user, sid }
}

/** Which of these sessions live. */
export async function living<Name extends string>(
  db: Database,
  sessions: Record<Name, { sid: string }>,
): Promise<Record<Name, boolean>> {
  const entries = Object.entries<{ sid: string }>(sessions).map(async ([name, { sid }]) => [
    name,
    (await findLiveSession(db, sid)) !== undefined,
  ])
  return Object.fromEntries(await Promise.all(entries))
}
