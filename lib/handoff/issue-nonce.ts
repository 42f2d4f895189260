import { mayEnter } from '#lib/accounts/allowed.ts'
import { rememberClaims } from '#lib/accounts/kept-claims.ts'
import { displayProfile } from '#lib/accounts/person.ts'
import type { Config } from '#lib/config/load.ts'
import { sha256 } from '#lib/crypto/digest.ts'
import { randomToken } from '#lib/crypto/random-token.ts'
import { insertNonce, insertNonceFor, type NewNonce } from '#lib/db/nonces.ts'
import type { Database } from '#lib/db/open.ts'
import { findUserId } from '#lib/db/person-claims.ts'
import type { LiveSession } from '#lib/db/sessions.ts'
import type { IdToken } from '#lib/id-tokens/verify-id-token.ts'
import { OAuthError } from '#lib/oauth/error.ts'
import { codeChallenge } from './code-challenge.ts'
import { initiationOf } from './initiation.ts'
import { requireMayHandOver } from './may-hand-over.ts'
import { redirectPath } from './redirect-path.ts'

/** The proof that a person is signed in at the source: a session of Baton's, or an app's ID token. */
export type Proof = { session: LiveSession } | { idToken: IdToken }

/** The parameters of `POST /api/nonce`, by their names on the wire. */
export type NonceParameters = Partial<
  Record<'target' | 'redirect_to' | 'code_challenge' | 'code_challenge_method', string>
>

type Needs = { db: Database; config: Config }
type IssuedNonce = { nonce: string; expiresIn: number; handoffUri: string }

/**
 * Issues a one-time hand-off nonce for the person of the proof; only its SHA-256 is stored. `prove` runs
 * after the parameters have been checked, so that bad ones cost nothing. Throws `invalid_request`,
 * `unauthorized_client`, and what `prove` throws.
 */
export async function issueNonce(
  parameters: NonceParameters,
  prove: () => Promise<Proof>,
  { db, config }: Needs,
): Promise<IssuedNonce> {
  const { nonceTtl, binding } = config.handoff
  const challenge = codeChallenge(parameters.code_challenge, parameters.code_challenge_method)
  if (challenge === null && binding === 'verifier')
    throw new OAuthError('invalid_request', 'a code_challenge is required here')
  const redirectTo = parameters.redirect_to === undefined ? null : redirectPath(parameters.redirect_to)

  const proof = await prove()
  const target = parameters.target ?? null
  requireMayHandOver(sourceClientOf(proof), target, config)

  const nonce = randomToken()
  const asked = { hash: sha256(nonce), target, redirectTo, codeChallenge: challenge }
  await insert(proof, asked, nonceTtl, { db, config })
  const initiation = challenge === null ? initiationOf({ nonce, target, redirectTo }, config) : undefined
  const handoffUri = initiation ?? new URL(`/handoff?nonce=${nonce}`, config.url)
  return { nonce, expiresIn: nonceTtl, handoffUri: handoffUri.href }
}

function sourceClientOf(proof: Proof): string | null {
  return 'session' in proof ? proof.session.clientId : proof.idToken.clientId
}

type Asked = Pick<NewNonce, 'hash' | 'target' | 'redirectTo' | 'codeChallenge'>

async function insert(proof: Proof, asked: Asked, ttl: number, { db, config }: Needs): Promise<void> {
  if ('session' in proof) {
    const { id, user, amr, authTime } = proof.session
    const source = { userId: user.id, sourceSessionId: id, sourceClientId: null, amr, authTime }
    return insertNonce(db, { ...asked, ...source }, ttl)
  }
  const { issuer, subject, claims, clientId, amr, authTime, issuedAt } = proof.idToken
  const person = { issuer, subject, profile: displayProfile(claims) }
  const source = {
    person,
    sourceSessionId: null,
    sourceClientId: clientId,
    amr,
    authTime: authTime ?? issuedAt,
  }
  await insertNonceFor(db, { ...asked, ...source }, ttl)
  // Its sessions are looked at again when Baton starts; without a rule there is nothing to look for.
  if (!mayEnter({}, { issuer }, config)) {
    const userId = await findUserId(db, person)
    if (userId) await rememberClaims(userId, { issuer }, { claims }, { db, config })
  }
}
