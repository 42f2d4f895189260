import type Provider from 'oidc-provider'
import type { Client, Session } from './types.ts'

/**
 * Sends a logout token to every application that is signed in by a session of the OpenID Provider (OpenID
 * Connect Back-Channel Logout 1.0). Never rejects.
 */
export async function tellApplications(
  provider: Provider,
  { accountId, authorizations }: Pick<Session, 'accountId' | 'authorizations'>,
): Promise<void> {
  await Promise.all(
    Object.entries(authorizations ?? {}).map(async ([clientId, { sid }]) => {
      const client = (await provider.Client.find(clientId).catch(() => undefined)) as Client | undefined
      if (client?.backchannelLogoutUri && accountId)
        // The library reports a failure; an unreachable client must not block the sign-out.
        await client.backchannelLogout(accountId, sid).catch(() => {})
    }),
  )
}
