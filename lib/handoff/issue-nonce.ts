import type { Logger } from 'pino'
import { mayEnter } from '#lib/accounts/allowed.ts'
import { rememberClaims } from '#lib/accounts/kept-claims.ts'
import { usableSubject } from '#lib/accounts/subject.ts'
import { tellEvents } from '#lib/audit/tell-events.ts'
import type { Config } from '#lib/config/load.ts'
import { isOperated } from '#lib/config/operators.ts'
import { sha256 } from '#lib/crypto/digest.ts'
import { randomToken } from '#lib/crypto/random-token.ts'
import type { Database } from '#lib/db/database.ts'
import { isSignedOutSince } from '#lib/db/global-sign-outs.ts'
import { type Approval, insertNonce, insertNonceFor, type NewNonce } from '#lib/db/nonces.ts'
import { findUserId } from '#lib/db/person-claims.ts'
import type { LiveSession } from '#lib/db/sessions.ts'
import { isWithin } from '#lib/http/client-address.ts'
import { refused } from '#lib/id-tokens/refused.ts'
import type { IdToken } from '#lib/id-tokens/verify-id-token.ts'
import { admitPerson } from '#lib/limits/admit-person.ts'
import type { Limits } from '#lib/limits/limits.ts'
import { OAuthError } from '#lib/oauth/error.ts'
import { type Device, deviceText } from '#lib/sessions/device.ts'
import { subjectTokenHash } from '#lib/sessions/web-nonce.ts'
import { inSpan } from '#lib/telemetry/tracer.ts'
import { codeChallenge } from './code-challenge.ts'
import { initiationOf } from './initiation.ts'
import { requireMayChain, requireMayHandOver } from './may-hand-over.ts'
import { redirectPath } from './redirect-path.ts'

/** The proof that a person is signed in at the source: a session of Baton's, or an app's ID token. */
export type Proof =
  | { session: LiveSession }
  /** `admit` lets its person in, and gives the token with the profile that is shown of them. */
  | { idToken: IdToken; token: string; admit(): Promise<IdToken> }

/** The parameters of `POST /api/nonce`, by their names on the wire. */
export type NonceParameters = Partial<
  Record<'target' | 'redirect_to' | 'code_challenge' | 'code_challenge_method' | 'approval', string>
>

type Needs = { db: Database; config: Config; limits: Limits; log: Logger }
type IssuedNonce = { nonce: string; expiresIn: number; handoffUri: string }

/**
 * Issues a one-time hand-off nonce for the person of the proof; only its SHA-256 is stored. `prove` runs
 * after the parameters have been checked, so that bad ones cost nothing. `device` is what asks. Throws
 * `invalid_request`, `unauthorized_client`, `access_denied` (a network that may not ask, or a hand-off
 * session that may not hand over again), `invalid_grant` for an ID token that has been good for too many, or
 * whose person was signed out everywhere after it was issued, `slow_down`, and what `prove` and the proof's
 * `admit` throw.
 */
export function issueNonce(
  parameters: NonceParameters,
  prove: () => Promise<Proof>,
  device: Device,
  needs: Needs,
): Promise<IssuedNonce> {
  return inSpan('handoff.issue', {}, () => issue(parameters, prove, device, needs))
}

async function issue(
  parameters: NonceParameters,
  prove: () => Promise<Proof>,
  device: Device,
  needs: Needs,
): Promise<IssuedNonce> {
  const { config } = needs
  const { nonceTtl, binding } = config.handoff
  requireMayAsk(device, config)
  const challenge = codeChallenge(parameters.code_challenge, parameters.code_challenge_method)
  if (challenge === null && binding === 'verifier')
    throw new OAuthError('invalid_request', 'a code_challenge is required here')
  const redirectTo = parameters.redirect_to === undefined ? null : redirectPath(parameters.redirect_to)
  if (parameters.approval !== undefined && parameters.approval !== 'source')
    throw new OAuthError('invalid_request', 'approval must be source')

  const proof = await prove()
  const target = parameters.target ?? null
  requireMayHandOver(sourceClientOf(proof), target, config)
  if ('session' in proof) requireMayChain(proof.session, config)
  const approval = approvalOf(parameters, proof, config)

  await needs.limits.take('nonces', whoAsks(proof))

  const nonce = randomToken()
  const sourceDevice = deviceText(device)
  const asked = { hash: sha256(nonce), target, redirectTo, codeChallenge: challenge, approval, sourceDevice }
  await insert(proof, asked, nonceTtl, needs)
  const initiation = challenge === null ? initiationOf({ nonce, target, redirectTo }, config) : undefined
  const handoffUri = initiation ?? new URL(`/handoff?nonce=${nonce}`, config.url)
  return { nonce, expiresIn: nonceTtl, handoffUri: handoffUri.href }
}

/** Refuses a network from which nobody may hand over, by the configuration. Throws `access_denied`. */
export function requireMayAsk({ address, isTold }: Device, { handoff }: Pick<Config, 'handoff'>): void {
  const { networks, binding } = handoff
  if (networks.length > 0 && !(address !== null && isWithin(address, networks)))
    throw new OAuthError('access_denied', 'hand-offs cannot be asked for from this network')
  if (binding === 'ip' && !isTold)
    throw new OAuthError('access_denied', 'no trusted proxy has told the address of this request')
}

// An ID token says who somebody is; it is nobody who could be asked for approval later.
function approvalOf(
  { approval }: NonceParameters,
  proof: Proof,
  { handoff }: Pick<Config, 'handoff'>,
): Approval | null {
  const isAskable = 'session' in proof
  if (handoff.approval === 'required' && !isAskable)
    throw new OAuthError('unauthorized_client', 'every hand-off is approved here, so ask with a web nonce')
  if (approval !== undefined && !isAskable)
    throw new OAuthError('invalid_request', 'approval needs a session or a web nonce, not an ID token')
  if (approval === 'source') return 'source'
  return handoff.approval === 'required' ? 'unproven' : null
}

function sourceClientOf(proof: Proof): string | null {
  return 'session' in proof ? proof.session.clientId : proof.idToken.clientId
}

type Asked = Omit<NewNonce, 'userId' | 'sourceSessionId' | 'sourceClientId' | 'amr' | 'authTime'>

// A session, or an app's person.
function whoAsks(proof: Proof): string {
  if ('session' in proof) return proof.session.id
  const { clientId, issuer, subject } = proof.idToken
  return JSON.stringify([clientId, issuer, subject])
}

async function insert(proof: Proof, asked: Asked, ttl: number, needs: Needs): Promise<void> {
  const { db, config } = needs
  if ('session' in proof) {
    const { id, user, amr, authTime } = proof.session
    const source = { userId: user.id, sourceSessionId: id, sourceClientId: null, amr, authTime }
    return tellEvents(await insertNonce(db, { ...asked, ...source }, ttl), needs)
  }
  // Only now: within its limit, as it may ask the operator's own code.
  const { issuer, subject, claims, profile, clientId, amr, authTime, issuedAt, goodUntil } =
    await proof.admit()
  const person = { issuer, subject, profile }
  const source = {
    person,
    sourceSessionId: null,
    sourceClientId: clientId,
    amr,
    authTime: authTime ?? issuedAt,
  }
  const signIn = {
    clientId,
    subjectTokenHash: subjectTokenHash(clientId, proof.token),
    upstreamSid: usableSubject(claims.sid),
    authTime: authTime ?? null,
    goodUntil,
    issuedAt,
  }
  await admitPerson(person, `client ${clientId}`, needs)
  const events = await insertNonceFor(db, { ...asked, ...source }, signIn, ttl)
  if (!events) {
    if (await isSignedOutSince(db, person, issuedAt))
      throw refused('its person was signed out everywhere after it was issued')
    throw new OAuthError('invalid_grant', 'this ID token has been used for too many nonces; get a new one')
  }
  tellEvents(events, needs)
  // Its sessions are looked at again when Baton starts, and operators may name the person by their address;
  // without a rule and an operator there is nothing to look for.
  if (!mayEnter({}, { issuer }, config) || isOperated(issuer, config)) {
    const userId = await findUserId(db, person)
    if (userId) await rememberClaims(userId, { issuer }, { claims }, { db, config })
  }
}
