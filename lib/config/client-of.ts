import type { Config } from './load.ts'
import type { Client } from './schema.ts'

/** The configured client with this `client_id`. */
export function clientOf(
  id: string | null | undefined,
  { clients }: Pick<Config, 'clients'>,
): Client | undefined {
  return clients.find(({ client_id }) => client_id === id)
}
