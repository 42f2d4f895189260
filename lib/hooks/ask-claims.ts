import type { Logger } from 'pino'
import { isVerifiedAddress } from '#lib/accounts/kept-claims.ts'
import type { Config } from '#lib/config/load.ts'
import type { Database } from '#lib/db/database.ts'
import type { LiveSession } from '#lib/db/sessions.ts'
import { findIdentity } from '#lib/db/users.ts'
import { OAuthError } from '#lib/oauth/error.ts'
import { tell } from '#lib/telemetry/tell.ts'
import type { Hooks, TokenAbout } from './hooks.ts'
import { HookError, runHook } from './run-hook.ts'

/** Milliseconds that a call waits for it. */
const longest = 1_000
/** Bytes of JSON: a token travels in a header. */
const largest = 4_096

/** Claims that a protocol has a meaning for (RFC 7519, 7800, 8693, 9068, 9449; OpenID Connect Core). */
const reserved = new Set(
  (
    'iss sub aud exp nbf iat jti sid client_id scope azp nonce auth_time acr amr at_hash c_hash s_hash cnf ' +
    'act may_act events sub_id sub_jwk typ token_type active authorization_details name'
  ).split(' '),
)

export type ClaimsNeeds = { hooks: Hooks; db: Database; config: Pick<Config, 'secrets'>; log: Logger }

/** Questions that wait for an answer, and failures of a moment ago, by what is asked. */
const underWay = new Map<string, Promise<Record<string, unknown>>>()
/** Milliseconds for which a failure answers whoever asks the same. */
const failureLasts = 1_000

/**
 * The claims that `claims` adds to a token of Baton's own. Throws `temporarily_unavailable` where it fails: a
 * token without its claims could allow more than it should.
 */
export async function askClaims(
  session: LiveSession,
  about: Omit<TokenAbout, 'session'>,
  needs: ClaimsNeeds,
): Promise<Record<string, unknown>> {
  const { claims } = needs.hooks
  if (!claims) return {}
  const key = JSON.stringify([session.id, about])
  const known = underWay.get(key)
  if (known) return known
  const answer = ask(claims, session, about, needs)
  underWay.set(key, answer)
  const forget = () => void underWay.delete(key)
  answer.then(forget, () => setTimeout(forget, failureLasts).unref())
  return answer
}

async function ask(
  claims: NonNullable<Hooks['claims']>,
  session: LiveSession,
  about: Omit<TokenAbout, 'session'>,
  { db, config, log }: ClaimsNeeds,
): Promise<Record<string, unknown>> {
  const { claims: kept, ...who } = await findIdentity(db, session.user.id)
  const { id, name, email } = session.user
  // An address that anybody may have typed in is no ground for a role.
  const isVerified = email !== null && (await isVerifiedAddress(email, { id, claims: kept }, { config }))
  const user = { id, ...who, ...(name && { name }), ...(isVerified && { email }) }
  try {
    const asked = { session: aboutSession(session, user), ...about }
    const said = await runHook('claims', (around) => claims(asked, around), longest)
    return said === undefined ? {} : checked(said)
  } catch (error) {
    tell(log, 'hook.failed', { hook: 'claims', err: error })
    throw new OAuthError('temporarily_unavailable', 'tokens cannot be issued at the moment', { cause: error })
  }
}

function aboutSession(
  { id: sid, kind, amr, authTime }: LiveSession,
  user: TokenAbout['session']['user'],
): TokenAbout['session'] {
  return { sid, kind, amr: [...amr], authTime: new Date(authTime), user }
}

// What goes into the token is what JSON makes of it, once.
function checked(said: object): Record<string, unknown> {
  const text = JSON.stringify(said)
  if (text?.[0] !== '{') throw new HookError('claims gave no object')
  if (Buffer.byteLength(text) > largest) throw new HookError(`claims gave more than ${largest} bytes`)
  const claims = JSON.parse(text) as Record<string, unknown>
  const taken = Object.keys(claims).filter((name) => reserved.has(name))
  if (taken.length > 0) throw new HookError(`claims may not set ${taken.join(', ')}`)
  return claims
}
