import { isVerifiedAddress } from '#lib/accounts/kept-claims.ts'
import type { SubjectIdentifier } from '#lib/accounts/subject-identifier.ts'
import type { Config } from '#lib/config/load.ts'
import { issuersOf, type Operator } from '#lib/config/operators.ts'
import { sha256 } from '#lib/crypto/digest.ts'
import type { Queries } from '#lib/db/database.ts'
import { findByEmail, signOutPeople } from '#lib/db/global-sign-outs.ts'
import { findUserId } from '#lib/db/person-claims.ts'
import { OAuthError } from '#lib/oauth/error.ts'
import { tell } from '#lib/telemetry/tell.ts'
import { type EndingNeeds, noteEnded } from './end-session.ts'

/** People whom one log line names. */
const mostNamed = 40
const shortened = (text: string) => text.slice(0, 80)

/** An operator's call, whose JWT has been verified. */
type OperatorCall = { operator: Operator; jti: string; expiresAt: Date }

/**
 * Ends all that a person has here for an operator, and what proved their sign-ins until now. An e-mail
 * address names everybody of the operator's issuers who has verified it there. Throws `access_denied` for an
 * issuer that is not the operator's, `invalid_token` for a JWT that was used before, and `not_found` when
 * nobody is meant. draft-parecki-oauth-global-token-revocation-06, section 3.3.
 */
export async function signOutGlobally(
  { operator, jti, expiresAt }: OperatorCall,
  whom: SubjectIdentifier,
  needs: EndingNeeds,
): Promise<void> {
  const { db, config, log } = needs
  const issuers = issuersOf(operator)
  // Who calls is known by now.
  const detail = `operator ${operator.issuer}, jti ${shortened(jti)}`
  if (whom.format === 'iss_sub' && !issuers.includes(whom.issuer))
    throw new OAuthError('access_denied', 'this operator may not sign out the people of that issuer', {
      detail,
    })
  const token = { hash: sha256(JSON.stringify(['operator', operator.issuer, jti])), expiresAt }
  const done = await signOutPeople(db, token, (tx) => find(tx, whom, { issuers, config }))
  if (!done) throw new OAuthError('invalid_token', 'this token was sent before', { detail })
  if (done.people.length === 0) throw new OAuthError('not_found', 'there is no such person', { detail })
  const { people, ended } = done
  tell(log, 'logout.global', {
    operator: operator.issuer,
    jti: shortened(jti),
    people: people.length,
    users: people.slice(0, mostNamed),
    sessions: ended.sids.length,
  })
  await noteEnded(ended, 'operator', needs)
}

async function find(
  tx: Queries,
  whom: SubjectIdentifier,
  { issuers, config }: { issuers: string[]; config: Config },
): Promise<string[]> {
  if (whom.format === 'iss_sub') return [(await findUserId(tx, whom)) ?? []].flat()
  const found = await findByEmail(tx, whom.email, issuers)
  const verified = await Promise.all(
    found.map((person) => isVerifiedAddress(person.email, person, { config })),
  )
  return found.filter((_, index) => verified[index]).map(({ id }) => id)
}
