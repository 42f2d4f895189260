import type Provider from 'oidc-provider'
import type { Interaction, Result, Session } from 'oidc-provider'
import { findUserIdOf } from '#lib/db/sessions.ts'
import type { Runtime } from '#lib/runtime.ts'

/**
 * Ends a step of an authorization request with its result, and gives the address to go on at. Where the browser had a session of the OpenID
 * Provider, that one goes on in the new session of the same person; somebody else's ends, and nothing of it is mixed in.
 */
export async function finishStep(
  provider: Provider,
  interaction: Interaction,
  result: Result,
  needs: Pick<Runtime, 'db'>,
): Promise<string> {
  if ('login' in result && result.login)
    await replaceStanding(provider, interaction, result.login.accountId, needs)
  interaction.result = 'error' in result ? result : { ...interaction.lastSubmission, ...result }
  await interaction.save(interaction.exp - Math.floor(Date.now() / 1000))
  return interaction.returnTo
}

async function replaceStanding(
  provider: Provider,
  interaction: Interaction,
  sid: string,
  { db }: Pick<Runtime, 'db'>,
): Promise<void> {
  const { session } = interaction
  const standing = session?.cookie ? await provider.Session.find(session.cookie) : undefined
  if (!session || !standing?.accountId || standing.accountId === sid) return
  const [before, now] = await Promise.all([findUserIdOf(db, standing.accountId), findUserIdOf(db, sid)])
  if (before === now) {
    standing.accountId = sid
    session.accountId = sid
    await standing.persist()
  } else {
    await tellApplications(provider, standing)
    await standing.destroy()
    delete interaction.session
  }
}

/** Tells the applications of a session that it has ended (OpenID Connect Back-Channel Logout 1.0). */
export async function tellApplications(
  provider: Provider,
  { accountId, authorizations }: Session,
): Promise<void> {
  await Promise.all(
    Object.entries(authorizations ?? {}).map(async ([clientId, { sid }]) => {
      const client = await provider.Client.find(clientId).catch(() => undefined)
      if (client?.backchannelLogoutUri && accountId)
        // The library tells of failures itself, and a deaf application keeps nobody signed in.
        await client.backchannelLogout(accountId, sid).catch(() => {})
    }),
  )
}
