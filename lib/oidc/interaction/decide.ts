import { consumeOidcRecord, lockUnconsumedOidcRecord } from '#lib/db/oidc-records.ts'
import type { Queries } from '#lib/db/open.ts'
import { endSession } from '#lib/sessions/end-session.ts'
import { interactionModel, recordKey } from '../adapter.ts'
import { inOneTransaction } from '../queries.ts'
import { tellApplications } from '../tell-applications.ts'
import type { Interaction, Result } from '../types.ts'
import type { Outcome, Step } from './step.ts'

/** The result of a step, and the user of a sign-in. */
export type Decision = { result: Result; userId?: string | undefined }

/**
 * Decides a step and goes on to where the authorization request continues. One transaction claims the step's
 * record, makes the decision and stores its result: of several presses of a button one decides, the others
 * wait for it and go on to its result. After a crash the step is undecided.
 */
export async function decide(step: Step, make: (tx: Queries) => Promise<Decision>): Promise<Outcome> {
  const { interaction, needs } = step
  const afterwards = await inOneTransaction(needs.db, async (tx) => {
    if (!(await consumeOidcRecord(tx, keyOf(interaction)))) return undefined
    const { result, userId } = await make(tx)
    const replaced = 'login' in result ? await makeWay(step, result.login.accountId, userId) : undefined
    interaction.result = 'error' in result ? result : { ...interaction.lastSubmission, ...result }
    await interaction.persist()
    return replaced
  })
  await afterwards?.()
  return { goTo: interaction.returnTo }
}

/**
 * Stores details of a step while it is undecided. Resolves to `false`, and stores nothing, once it is
 * decided.
 */
export function note({ interaction, needs }: Step, details: Record<string, unknown>): Promise<boolean> {
  Object.assign(interaction.prompt.details, details)
  return inOneTransaction(needs.db, async (tx) => {
    // A slow page view must not write over a decision that a press has made meanwhile.
    if (!(await lockUnconsumedOidcRecord(tx, keyOf(interaction)))) return false
    await interaction.persist()
    return true
  })
}

/**
 * Makes way for a sign-in with another session than the browser has. The same person's earlier session is set
 * aside, as their other applications go on; another person's session ends. Returns what has to happen after
 * the commit.
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
    // Kept, so that its applications are told when it ends; under a new id, so that the browser's cookie
    // misses it.
    session.resetIdentifier()
    await session.persist()
    return undefined
  }
  await session.destroy()
  return async () => {
    await tellApplications(provider, session)
    // A session that a nonce started for one application is over; a session of Baton's own pages goes on.
    if (live?.target != null) await endSession(live.id, needs)
  }
}

function keyOf({ uid }: Interaction) {
  return recordKey(interactionModel, uid)
}
