import type { Interaction, Result } from 'oidc-provider'
import type { LiveSession } from '#lib/db/sessions.ts'

/** Seconds that a provider's clock may be behind. */
const tolerance = 10

/**
 * What the session that stands in a browser is worth to an ordinary authorization request: a login, a refusal where the person has just signed in and
 * it still is not what the request asks for, or `undefined` when they have to sign in (again).
 */
export function signInOf(
  { prompt, params, iat }: Interaction,
  session: LiveSession | undefined,
): Result | undefined {
  if (!session) return undefined
  const { reasons, details } = prompt
  const createdAt = session.createdAt.getTime() / 1000
  const authTime = session.authTime.getTime() / 1000
  const isNew = createdAt >= iat
  const login = { login: { accountId: session.id, ts: Math.floor(authTime), amr: session.amr } }

  if (reasons.includes('id_token_hint') || reasons.includes('claims_id_token_sub_value')) {
    const { sub } = details as { sub?: { value?: string } }
    if (sub?.value === session.user.id) return login
    return isNew ? refused('somebody else is signed in') : undefined
  }
  if (reasons.includes('login_prompt')) {
    if (!isNew) return undefined
    // Not every provider asks again when it is told to; one that says when it last did is believed.
    return authTime >= iat - tolerance ? login : refused('the provider did not ask the person again')
  }
  if (params.max_age !== undefined && authTime + Number(params.max_age) < Date.now() / 1000)
    return isNew ? refused('the person signed in at the provider too long ago') : undefined
  return login
}

function refused(description: string): Result {
  return { error: 'login_required', error_description: description }
}
