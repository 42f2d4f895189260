import type { Client } from './clients.ts'

/** The configured client with this `client_id`. */
export function clientOf(
  id: string | null | undefined,
  { clients }: { clients: Client[] },
): Client | undefined {
  return clients.find(({ client_id }) => client_id === id)
}
