import type { Client, Context, Next } from 'oidc-provider'
import Provider from 'oidc-provider'
import { ConfigurationError } from '#lib/config/load.ts'
import { isDatabaseUnreachable } from '#lib/db/unreachable.ts'
import { isOAuthError, type OAuthError } from '#lib/oauth/error.ts'
import { tokenExchange } from '#lib/oauth/urns.ts'
import type { Runtime } from '#lib/runtime.ts'
import { configuration } from './configuration.ts'
import type { SigningKey } from './signing-keys.ts'
import { type ExchangeNeeds, exchangeParameters, tokenExchangeGrant } from './token-exchange.ts'
import { webNonceEndpoints } from './web-nonce-endpoints.ts'

/** What the provider needs of the process, and whom it tells of sessions that it has ended. */
export type ProviderNeeds = ExchangeNeeds & Pick<Runtime, 'log'>

export type { Interaction, Result } from 'oidc-provider'

/** The path of the issuer below Baton's origin. */
export const mountPath = '/oidc'

/**
 * Makes the OpenID Provider with these keys; the only place that reaches into the library's inside. Throws `ConfigurationError` for a client that
 * cannot be one.
 */
export async function createProvider(needs: ProviderNeeds, keys: SigningKey[]): Promise<Provider> {
  const { config, log } = needs
  const provider = new Provider(`${config.url}${mountPath}`, configuration(needs, keys))
  // Scheme and host are the guard lane's word, who has them from BATON_URL, and never the request's.
  provider.proxy = true
  tellUsersApart(provider)
  provider.registerGrantType(tokenExchange, tokenExchangeGrant(needs, keys), exchangeParameters)
  provider.use(asTemporary(log))
  provider.use(webNonceEndpoints(needs))
  provider.on('server_error', (ctx: Context, error: Error) => answerFailure(ctx, error, log))
  for (const event of ['grant.error', 'introspection.error', 'revocation.error'])
    provider.on(event, (ctx: Context, error: Error & { error?: string; error_description?: string }) => {
      const { detail } = (error.cause as OAuthError | undefined)?.options ?? {}
      const client = ctx.oidc?.client?.clientId
      log.info({ client, code: error.error, detail }, error.error_description ?? error.message)
    })
  provider.on('backchannel.error', (_: Context, error: Error, client: Client) =>
    log.warn({ client: client.clientId, reason: error.message }, 'an application did not take a sign-out'),
  )
  await checkClients(provider, needs)
  return provider
}

// What fails in a step of Baton's own, outside of the library's, is answered like what fails within.
function asTemporary(log: Runtime['log']) {
  return async (ctx: Context, next: Next) => {
    try {
      await next()
    } catch (error) {
      ctx.status = 500
      ctx.body = { error: 'server_error', error_description: 'something went wrong here' }
      answerFailure(ctx, error as Error, log)
    }
  }
}

function answerFailure(ctx: Context, error: Error, log: Runtime['log']): void {
  log.error({ err: error }, 'the OpenID Provider failed')
  const isPassing = isOAuthError(error)
    ? error.code === 'temporarily_unavailable'
    : isDatabaseUnreachable(error)
  // A person who is on the way through gets the library's own page.
  if (!isPassing || typeof ctx.body !== 'object') return
  ctx.status = 503
  ctx.set('retry-after', '5')
  ctx.body = { error: 'temporarily_unavailable', error_description: 'try again shortly' }
}

// An account is a session of Baton's, so that whatever was given ends with it. What the library calls a pairwise identifier, an account
// told under another name, is how `sub` becomes the user; that name is the same for every client, and metadata say so.
function tellUsersApart(provider: Provider): void {
  Object.defineProperty(provider.Client.prototype, 'subjectType', { get: () => 'pairwise', set: () => {} })
}

async function checkClients(provider: Provider, { config }: Pick<Runtime, 'config'>): Promise<void> {
  const faults: string[] = []
  for (const [index, { client_id }] of config.clients.entries())
    await provider.Client.find(client_id).catch((error: { error_description?: string; message: string }) => {
      faults.push(`clients[${index}] (${client_id}): ${error.error_description ?? error.message}`)
    })
  if (faults.length > 0) throw new ConfigurationError(faults)
}
