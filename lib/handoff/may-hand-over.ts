import { clientOf } from '#lib/config/client-of.ts'
import type { Config } from '#lib/config/load.ts'
import { OAuthError } from '#lib/oauth/error.ts'

/**
 * Refuses a hand-off that the configuration does not allow. Baton's own pages (`source` is `null`) may hand
 * over to every target that may receive, an app in `clients` to the targets of its entry, and any other app
 * to Baton alone. Throws `unauthorized_client`.
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
