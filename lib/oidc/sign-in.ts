import { decodeJwt } from 'jose'
import type { Interaction, Result } from 'oidc-provider'
import type { LiveSession } from '#lib/db/sessions.ts'

/** Seconds that a provider's clock may be behind. */
const tolerance = 10

/** Whether an application wants its person to sign in upstream now, whoever is signed in here. */
export function asksAgain({ prompt }: Pick<Interaction, 'prompt'>): boolean {
  return ['login_prompt', 'max_age', 'id_token_hint'].some((reason) => prompt.reasons.includes(reason))
}

/** Remembers which session stood in the browser when its person came here first: one that stands there later is a new sign-in. */
export async function rememberStanding(interaction: Interaction, sid: string | undefined): Promise<void> {
  const { details } = interaction.prompt
  if (details.before !== undefined) return
  details.before = sid ?? ''
  await interaction.save(interaction.exp - Math.floor(Date.now() / 1000))
}

/**
 * What the session that stands in a browser is worth to an ordinary authorization request: a login, a refusal where the person has just signed in and
 * it still is not what the request asks for, or `undefined` when they have to sign in (again).
 */
export function signInOf(
  { prompt, params, iat }: Pick<Interaction, 'prompt' | 'params' | 'iat'>,
  session: LiveSession | undefined,
): Result | undefined {
  if (!session) return undefined
  const authTime = session.authTime.getTime() / 1000
  const isNew = prompt.details.before !== session.id
  const { id_token_hint: hint } = prompt.details
  // The library has verified it.
  if (typeof hint === 'string' && decodeJwt(hint).sub !== session.user.id)
    return isNew ? refused('somebody else is signed in') : undefined
  if (prompt.reasons.includes('login_prompt')) {
    if (!isNew) return undefined
    // Not every provider asks again when it is told to; one that says when it last did is believed.
    if (authTime < iat - tolerance) return refused('the provider did not ask the person again')
  }
  if (params.max_age !== undefined && authTime + Number(params.max_age) < Date.now() / 1000)
    return isNew ? refused('the person signed in at the provider too long ago') : undefined
  return { login: { accountId: session.id, ts: Math.floor(authTime), amr: session.amr } }
}

function refused(description: string): Result {
  return { error: 'login_required', error_description: description }
}
