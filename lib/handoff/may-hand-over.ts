import { clientOf } from '#lib/config/client-of.ts'
import type { Config } from '#lib/config/load.ts'
import { OAuthError } from '#lib/oauth/error.ts'

/**
 * Refuses a hand-off that the configuration does not allow. A person in Baton's own pages (no `source`) may
 * go to every target that receives. An app listed in `clients` may go where its entry says, any other app to
 * Baton alone. Throws `unauthorized_client`.
 */
export function requireMayHandOver(
  source: string | null,
  target: string | null,
  config: Pick<Config, 'clients'>,
): void {
  const from = clientOf(source, config)
  if (from && !from.handoff.mayRequest)
    throw new OAuthError('unauthorized_client', 'this app may not hand over')
  if (target === null) return
  const to = clientOf(target, config)
  const isAllowed = source === null || from?.handoff.targets.includes(target)
  if (!to?.handoff.mayReceive || !isAllowed)
    throw new OAuthError('unauthorized_client', 'this source may not hand over to that target')
}
