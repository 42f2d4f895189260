import type { Config } from '#lib/config/load.ts'
import { OAuthError } from '#lib/oauth/error.ts'

/**
 * Refuses a hand-off that the configuration does not allow. A person in Baton's own pages (no `source`) may go to every target that receives; an app
 * that is listed in `clients` goes where its entry says, one that is not to Baton alone. Throws `unauthorized_client`.
 */
export function requireMayHandOver(
  source: string | null,
  target: string | null,
  { clients }: Pick<Config, 'clients'>,
): void {
  const from = source === null ? undefined : clients.find(({ client_id }) => client_id === source)
  if (from && !from.handoff.mayRequest)
    throw new OAuthError('unauthorized_client', 'this app may not hand over')
  if (target === null) return
  const to = clients.find(({ client_id }) => client_id === target)
  const isAllowed = source === null || from?.handoff.targets.includes(target)
  if (!to?.handoff.mayReceive || !isAllowed)
    throw new OAuthError('unauthorized_client', 'this source may not hand over to that target')
}
