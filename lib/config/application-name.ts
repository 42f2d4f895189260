import { clientOf } from './client-of.ts'
import type { Config } from './load.ts'

/**
 * The name that pages show for a client: its `client_name`, or else its `client_id`; `undefined` for an
 * unknown one.
 */
export function applicationName(
  clientId: string | null | undefined,
  config: Pick<Config, 'clients'>,
): string | undefined {
  const client = clientOf(clientId, config)
  return client?.client_name ?? client?.client_id
}
