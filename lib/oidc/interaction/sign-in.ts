import { decodeJwt } from 'jose'
import { standingSession } from '#lib/callers/standing-session.ts'
import type { LiveSession } from '#lib/db/sessions.ts'
import { numericDate } from '#lib/oauth/numeric-date.ts'
import { paramsOf } from '../context.ts'
import type { Interaction, Result } from '../types.ts'
import { decide, note } from './decide.ts'
import type { Outcome, Step } from './step.ts'
import { addressOf } from './step-form.ts'

/** Seconds by which a provider's clock may be slow. */
const tolerance = 10

/** Signs the person of this browser in, refuses, or sends them to the sign-in page and back. */
export async function lookAtSignIn(step: Step): Promise<Outcome> {
  const { interaction, req, needs } = step
  const session = await standingSession(req, needs)
  if (!(await rememberStanding(step, session?.id))) return { goTo: interaction.returnTo }
  const result = signInOf(interaction, session)
  return result
    ? decide(step, async () => ({ result, userId: session?.user.id }))
    : { goTo: signInPage(interaction) }
}

/**
 * Whether an application asks for a new sign-in at the provider, even of a person who is signed in here.
 *
 * @internal For tests.
 */
export function asksAgain({ prompt }: Pick<Interaction, 'prompt'>): boolean {
  return ['login_prompt', 'max_age', 'id_token_hint'].some((reason) => prompt.reasons.includes(reason))
}

/**
 * The result of an ordinary authorization request for the session in this browser. A login if the session
 * meets the request; a refusal if a new sign-in does not meet it; `undefined` if the person has to sign in
 * (again).
 *
 * @internal For tests.
 */
export function signInOf(
  interaction: Pick<Interaction, 'prompt' | 'params' | 'iat'>,
  session: LiveSession | undefined,
): Result | undefined {
  if (!session) return undefined
  const { prompt, iat } = interaction
  const { max_age } = paramsOf(interaction)
  const authTime = session.authTime.getTime() / 1000
  const isNew = prompt.details.before !== session.id
  const { id_token_hint: hint } = prompt.details
  // The library has verified the hint.
  if (typeof hint === 'string' && decodeJwt(hint).sub !== session.user.id)
    return isNew ? refused('another person is signed in') : undefined
  if (prompt.reasons.includes('login_prompt')) {
    if (!isNew) return undefined
    // Some providers ignore `prompt=login`; trust `auth_time` where they send it.
    if (authTime < iat - tolerance) return refused('the provider did not ask the person to sign in again')
  }
  if (max_age !== undefined && authTime + Number(max_age) < Date.now() / 1000)
    return isNew ? refused('the person signed in at the provider too long ago') : undefined
  return { login: { accountId: session.id, ts: numericDate(session.authTime), amr: session.amr } }
}

// Notes which session the browser had at first: any other session later is a new sign-in.
async function rememberStanding(step: Step, sid: string | undefined): Promise<boolean> {
  if (step.interaction.prompt.details.before !== undefined) return true
  return note(step, { before: sid ?? '' })
}

function signInPage(interaction: Interaction): string {
  const search = new URLSearchParams({ callbackUrl: addressOf(interaction) })
  if (asksAgain(interaction)) search.set('again', '1')
  return `/sign-in?${search}`
}

function refused(description: string): Result {
  return { error: 'login_required', error_description: description }
}
