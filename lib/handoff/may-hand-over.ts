import { clientOf } from '#lib/config/client-of.ts'
import type { Client } from '#lib/config/clients.ts'
import type { Config } from '#lib/config/load.ts'
import type { LiveSession } from '#lib/db/sessions.ts'
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
  if (!mayReach(from, source, clientOf(target, config)))
    throw new OAuthError('unauthorized_client', 'this source may not hand over to that target')
}

/** The clients that a session may hand over to, in the order of the configuration. */
export function targetsOf(
  session: Pick<LiveSession, 'kind' | 'clientId'>,
  config: Pick<Config, 'clients' | 'handoff'>,
): Client[] {
  const from = clientOf(session.clientId, config)
  if (!mayChain(session, config) || from?.handoff.mayRequest === false) return []
  return config.clients.filter((client) => mayReach(from, session.clientId, client))
}

function mayReach(from: Client | undefined, source: string | null, to: Client | undefined): boolean {
  if (!to?.handoff.mayReceive) return false
  return source === null || from?.handoff.targets.includes(to.client_id) === true
}

/**
 * Refuses a hand-off session that would hand over again, where neither the app that it came from nor the
 * configuration lets it. Throws `access_denied`.
 */
export function requireMayChain(
  session: Pick<LiveSession, 'kind' | 'clientId'>,
  config: Pick<Config, 'clients' | 'handoff'>,
): void {
  if (!mayChain(session, config))
    throw new OAuthError('access_denied', 'this session began by a hand-off and cannot hand over again')
}

/** Whether a session may hand over: one that began by a hand-off only where `chains` lets it. */
export function mayChain(
  { kind, clientId }: Pick<LiveSession, 'kind' | 'clientId'>,
  config: Pick<Config, 'clients' | 'handoff'>,
): boolean {
  return kind !== 'handoff' || (clientOf(clientId, config)?.handoff.chains ?? config.handoff.chains)
}
