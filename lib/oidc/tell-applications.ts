import type Provider from 'oidc-provider'
import type { Session } from 'oidc-provider'

/** Tells the applications of a session that it has ended (OpenID Connect Back-Channel Logout 1.0). */
export async function tellApplications(
  provider: Provider,
  { accountId, authorizations }: Pick<Session, 'accountId' | 'authorizations'>,
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
