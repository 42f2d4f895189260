import type { Queries } from '#lib/db/database.ts'
import { consumeOidcRecord, lockUnconsumedOidcRecord } from '#lib/db/oidc-records.ts'
import { endSession } from '#lib/sessions/end-session.ts'
import { interactionModel, recordKey } from '../adapter.ts'
import { inOneTransaction } from '../queries.ts'
import { tellApplications } from '../tell-applications.ts'
import type { Interaction, Result } from '../types.ts'
import type { Outcome, Step } from './step.ts'

/** The result of a step, and the user of a sign-in. */
export type Decision = { result: Result; userId?: string | undefined }

/**
 * Decides a step, and leads to where the authorization request continues. One transaction claims the step's
 * record, makes the decision and stores its result. If a button is pressed several times, one press decides;
 * the others wait for it and lead to the same result. After a crash the step is undecided.
 */
export async function decide(step: Step, make: (tx: Queries) => Promise<Decision>): Promise<Outcome> {
  const { interaction, needs } = step
  let isDone = false
  const afterwards = await inOneTransaction(needs.db, async (tx) => {
    if (!(await consumeOidcRecord(tx, keyOf(interaction)))) return undefined
    const { result, userId } = await make(tx)
    isDone = !('error' in result)
    const replaced = 'login' in result ? await makeWay(step, result.login.accountId, userId) : undefined
    // A session that ends meanwhile must not keep the client from hearing of the refusal.
    if ('error' in result) delete interaction.session
    interaction.result = 'error' in result ? result : { ...interaction.lastSubmission, ...result }
    await interaction.persist()
    return replaced
  })
  await afterwards?.()
  return { goTo: interaction.returnTo, isDone }
}

/**
 * Stores details of a step while it is undecided. Resolves to `false`, and stores nothing, once it is
 * decided.
 */
export function note({ interaction, needs }: Step, details: Record<string, unknown>): Promise<boolean> {
  Object.assign(interaction.prompt.details, details)
  return inOneTransaction(needs.db, async (tx) => {
    // A slow page view must not overwrite a decision made meanwhile.
    if (!(await lockUnconsumedOidcRecord(tx, keyOf(interaction)))) return false
    await interaction.persist()
    return true
  })
}

/**
 * Replaces the session that the browser has at the OpenID Provider, when another one signs in. An earlier
 * session of the same person is kept for their other applications; another person's session ends. Returns the
 * work to do after the commit.
 */
async function makeWay(
  { provider, interaction, standing, needs }: Step,
  accountId: string,
  userId: string | undefined,
): Promise<(() => Promise<void>) | undefined> {
  if (standing?.session.accountId === accountId) return undefined
  // The library would refuse to go on with another session than the step began in.
  delete interaction.session
  if (!standing) return undefined
  const { session, live } = standing
  if (live && live.user.id === userId) {
    // Kept, so that its applications are notified when it ends. The new id detaches it from the browser's
    // cookie.
    session.resetIdentifier()
    await session.persist()
    return undefined
  }
  await session.destroy()
  return async () => {
    await tellApplications(provider, session)
    // A session that a nonce started for one application is over; a session of Baton's own pages goes on.
    if (live?.target != null) await endSession(live.id, 'replaced', needs)
  }
}

function keyOf({ uid }: Interaction) {
  return recordKey(interactionModel, uid)
}
