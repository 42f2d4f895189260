import type { AdapterPayload } from 'oidc-provider'
import type { Config } from '#lib/config/load.ts'
import { sha256 } from '#lib/crypto/digest.ts'
import type { Database } from '#lib/db/database.ts'
import { findTokens } from '#lib/db/oidc-records.ts'
import { askEachTogether } from '#lib/later/ask-together.ts'
import { numericDate } from '#lib/oauth/numeric-date.ts'
import { touchSession } from '#lib/sessions/touch-session.ts'
import { openRecord } from './adapter.ts'

type Needs = { db: Database; config: Config }

/** Questions that come at the same time are one statement. */
const findToken = askEachTogether(findTokens)

/** What a token may have that only the library answers for: it is bound to something, or it says more. */
const beyondPlain = ['consumed', 'expiresWithSession', 'x5t#S256', 'jkt', 'attestationJkt', 'rar'] as const

/**
 * What a client may know of an opaque access token or refresh token of its own, read from the database, and
 * the session that it was issued in; a use of that session. `undefined` for every token that is not plainly
 * good. RFC 7662, section 2.2, as the library answers.
 */
export async function introspectToken(
  token: string,
  { clientId, issuer }: { clientId: string; issuer: string },
  { db, config }: Needs,
): Promise<{ sid: string; answer: object } | undefined> {
  const hash = sha256(token)
  const stored = await findToken(db, hash)
  const payload = stored && (await openRecord(stored.model, hash, stored.sealed, config.secrets))
  if (!payload || !isPlain(payload, clientId)) return undefined
  const { accountId, exp, iat, sid, aud, scope, extra, grantId } = payload
  const grantHash = sha256(grantId)
  const grant = await openRecord('Grant', grantHash, stored.sealedGrant, config.secrets)
  if (!grant || isOver(grant) || grant.clientId !== clientId || grant.accountId !== accountId)
    return undefined
  const session = await touchSession(accountId, { db, config })
  if (!session) return undefined
  return {
    sid: accountId,
    answer: {
      active: true,
      sub: session.user.id,
      ...extra,
      client_id: clientId,
      exp,
      iat,
      sid,
      iss: issuer,
      aud,
      scope: scope || undefined,
      token_type: stored.model === 'AccessToken' ? 'Bearer' : undefined,
    },
  }
}

type Plain = AdapterPayload & { accountId: string; grantId: string }

function isPlain(payload: AdapterPayload, clientId: string): payload is Plain {
  const { accountId, grantId } = payload
  if (typeof accountId !== 'string' || typeof grantId !== 'string') return false
  return payload.clientId === clientId && !isOver(payload) && beyondPlain.every((name) => !payload[name])
}

function isOver({ exp }: AdapterPayload): boolean {
  return exp === undefined || exp <= numericDate(new Date())
}
