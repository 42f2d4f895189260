import type { Client, Context } from 'oidc-provider'
import Provider from 'oidc-provider'
import { ConfigurationError } from '#lib/config/load.ts'
import type { Runtime } from '#lib/runtime.ts'
import { configuration } from './configuration.ts'
import type { SigningKey } from './signing-keys.ts'

type Needs = Pick<Runtime, 'db' | 'config' | 'log'>

export type { Interaction, Result } from 'oidc-provider'

/** The path of the issuer below Baton's origin. */
export const mountPath = '/oidc'

/**
 * Makes the OpenID Provider with these keys; the only place that reaches into the library's inside. Throws `ConfigurationError` for a client that
 * cannot be one.
 */
export async function createProvider(needs: Needs, keys: SigningKey[]): Promise<Provider> {
  const { config, log } = needs
  const provider = new Provider(`${config.url}${mountPath}`, configuration(needs, keys))
  // Scheme and host are the guard lane's word, who has them from BATON_URL, and never the request's.
  provider.proxy = true
  tellUsersApart(provider)
  provider.on('server_error', (_: Context, error: Error) =>
    log.error({ err: error }, 'the OpenID Provider failed'),
  )
  provider.on('backchannel.error', (_: Context, error: Error, client: Client) =>
    log.warn({ client: client.clientId, reason: error.message }, 'an application did not take a sign-out'),
  )
  await checkClients(provider, needs)
  return provider
}

// An account is a session of Baton's, so that whatever was given ends with it. What the library calls a pairwise identifier, an account
// told under another name, is how `sub` becomes the user; that name is the same for every client, and metadata say so.
function tellUsersApart(provider: Provider): void {
  Object.defineProperty(provider.Client.prototype, 'subjectType', { get: () => 'pairwise', set: () => {} })
}

async function checkClients(provider: Provider, { config }: Needs): Promise<void> {
  const faults: string[] = []
  for (const [index, { client_id }] of config.clients.entries())
    await provider.Client.find(client_id).catch((error: { error_description?: string; message: string }) => {
      faults.push(`clients[${index}] (${client_id}): ${error.error_description ?? error.message}`)
    })
  if (faults.length > 0) throw new ConfigurationError(faults)
}
