import { applicationName } from '#lib/config/application-name.ts'
import type { Config } from '#lib/config/load.ts'
import type { Source } from './handoff-view.ts'
import type { SeenNonce } from './open-handoff.ts'

/** What the person is told of the source of a nonce. */
export function sourceView(
  { sourceClientId, source, age, network }: SeenNonce,
  config: Pick<Config, 'clients'>,
): Source {
  return {
    isByApp: sourceClientId !== null,
    application: applicationName(sourceClientId, config),
    browser: source?.browser ?? null,
    system: source?.system ?? null,
    secondsAgo: Math.max(0, Math.round(age)),
    network,
  }
}
