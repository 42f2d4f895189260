import type { BlockList } from 'node:net'
import type { errors } from 'oidc-provider'
import Provider from 'oidc-provider'
import type { Logger } from 'pino'
import { ConfigurationError } from '#lib/config/configuration-error.ts'
import type { Config } from '#lib/config/load.ts'
import { sha256 } from '#lib/crypto/digest.ts'
import { isDatabaseAway } from '#lib/db/away.ts'
import { takeProof } from '#lib/db/used-proofs.ts'
import { causeText } from '#lib/http/cause-text.ts'
import { logFailure } from '#lib/http/log-failure.ts'
import { isOAuthError, OAuthError } from '#lib/oauth/error.ts'
import { numericDate } from '#lib/oauth/numeric-date.ts'
import { tokenExchange } from '#lib/oauth/urns.ts'
import { noteRequest } from '#lib/telemetry/request-record.ts'
import { tell } from '#lib/telemetry/tell.ts'
import { clientEndpoints } from './client-endpoints.ts'
import { clientSecrets } from './client-secrets.ts'
import { configuration } from './configuration.ts'
import { oidcOf } from './context.ts'
import { deviceAuthorization } from './device-authorization.ts'
import { mountPath } from './mount-path.ts'
import { addOwnClaims } from './own-claims.ts'
import { pageHeaders } from './page-headers.ts'
import { showUnavailable } from './pages.ts'
import { type SignOutNeeds, signOut } from './sign-out.ts'
import { passingKeys, type SigningKey } from './signing-keys.ts'
import { stepCookies } from './step-cookies.ts'
import { type ExchangeNeeds, exchangeParameters, tokenExchangeGrant } from './token-exchange.ts'
import type { Context, Next } from './types.ts'
import { webNonceEndpoints } from './web-nonce-endpoints.ts'

/** What the provider needs. It calls `ended` with the sessions that it has ended. */
export type ProviderNeeds = ExchangeNeeds & SignOutNeeds & { log: Logger; trustedProxies: BlockList }

/**
 * Makes the OpenID Provider with these keys. Throws `ConfigurationError` for clients that the library
 * refuses.
 */
export async function createProvider(needs: ProviderNeeds, keys: SigningKey[]): Promise<Provider> {
  const { config, log } = needs
  const provider = new Provider(`${config.url}${mountPath}`, configuration(needs, keys))
  // The guard has set scheme and host to those of BATON_URL; they never come from the request.
  provider.proxy = true
  callUsersByTheirId(provider)
  addOwnClaims(provider, needs)
  rememberOnce(provider, needs)
  provider.registerGrantType(tokenExchange, tokenExchangeGrant(needs, keys), exchangeParameters)
  provider.use(pageHeaders(config))
  provider.use(noteWho)
  provider.use(asTemporary(needs))
  provider.use(clientEndpoints)
  provider.use(clientSecrets(provider, needs))
  provider.use(stepCookies(provider))
  provider.use(signOut(needs))
  provider.use(webNonceEndpoints(needs))
  provider.use(deviceAuthorization(needs))
  provider.on('server_error', (ctx, error) => answerFailure(ctx, error, needs))
  const logRefusal = (ctx: Context, error: errors.OIDCProviderError) => {
    const { detail } = (error.cause as OAuthError | undefined)?.options ?? {}
    const client = oidcOf(ctx)?.client?.clientId
    const description = causeText(error.error_description ?? error.message)
    tell(log, 'client.refused', { client, code: error.error, description, detail: causeText(detail) })
  }
  provider.on('grant.error', logRefusal)
  provider.on('device_authorization.error', logRefusal)
  provider.on('introspection.error', logRefusal)
  provider.on('revocation.error', logRefusal)
  provider.on('backchannel.error', (_, error, client) =>
    tell(log, 'logout.refused', { client: client.clientId, reason: causeText(error) }),
  )
  const faults = await faultsOf(provider, config)
  if (faults.length > 0) throw new ConfigurationError(faults)
  return provider
}

// The access line of a request has them.
async function noteWho(ctx: Context, next: Next): Promise<void> {
  await next()
  const { client, account } = oidcOf(ctx) ?? {}
  // An account is a session of Baton's.
  noteRequest({ ...(client && { client: client.clientId }), ...(account && { sid: account.accountId }) })
}

// A failure in Baton's own steps gets the same answer as one in the library, and no cache keeps any.
function asTemporary(needs: FailureNeeds) {
  return async (ctx: Context, next: Next) => {
    try {
      await next()
      if (ctx.status === 404 && ctx.body == null)
        throw new OAuthError('not_found', 'the OpenID Provider has no such address')
    } catch (error) {
      ctx.status = 500
      ctx.body = { error: 'server_error', error_description: 'something went wrong here' }
      answerFailure(ctx, error as Error, needs)
    }
    // At some of its endpoints the library leaves that to caches.
    if (ctx.status >= 400) ctx.set('cache-control', 'no-store')
  }
}

type FailureNeeds = Pick<ProviderNeeds, 'log' | 'renderPage'>

function answerFailure(ctx: Context, error: Error, { log, renderPage }: FailureNeeds): void {
  if (isOAuthError(error) && error.status < 500) {
    const { code, description, options } = error
    tell(log, 'request.refused', { code, description, detail: causeText(options.detail) })
    ctx.status = error.status
    if (error.options.retryAfter) ctx.set('retry-after', String(error.options.retryAfter))
    ctx.body = { error: error.code, error_description: error.description }
    return
  }
  logFailure(log, 'openid_provider.failed', { err: error })
  const isTemporary = isOAuthError(error) ? error.code === 'temporarily_unavailable' : isDatabaseAway(error)
  if (!isTemporary) return
  ctx.status = 503
  ctx.set('retry-after', String((isOAuthError(error) && error.options.retryAfter) || 5))
  // What the library has answered is JSON, or a page for a person in a browser.
  if (typeof ctx.body === 'object')
    ctx.body = { error: 'temporarily_unavailable', error_description: 'try again shortly' }
  else showUnavailable(ctx, { renderPage })
}

// An account is a session of Baton's, so that everything issued in it ends with it. The library's hook for
// pairwise identifiers, which call one account by several names, turns the `sub` into the user's id. That id
// is the same for every client, so the metadata say `public`.
function callUsersByTheirId(provider: Provider): void {
  Object.defineProperty(provider.Client.prototype, 'subjectType', { get: () => 'pairwise', set: () => {} })
}

/** Seconds by which the library takes a DPoP proof whose maker's clock is ahead. */
const ahead = 300
/** Seconds that the database can add to a time: an assertion may say that it never expires. */
const longest = 100 * 365 * 24 * 3600

// What works once, a client's assertion or a DPoP proof: the library looks and then writes, so several that
// look at once would find nothing. And it would forget a proof before one of a clock that is ahead is over.
function rememberOnce(provider: Provider, { db }: ProviderNeeds): void {
  provider.ReplayDetection.unique = (issuer, jti, until) => {
    const seconds = Math.min(until - numericDate(new Date()) + ahead, longest)
    return takeProof(db, sha256(JSON.stringify([issuer, jti])), seconds)
  }
}

/** The clients that the library refuses, each in a sentence; for a configuration that nothing serves yet. */
export async function clientFaults(config: Config): Promise<string[]> {
  // The library asks for no more of it until there is a request.
  const settings = configuration({ config } as ProviderNeeds, await passingKeys())
  const provider = new Provider(`${config.url}${mountPath}`, settings)
  provider.registerGrantType(tokenExchange, () => {}, exchangeParameters)
  return faultsOf(provider, config)
}

async function faultsOf(provider: Provider, { clients }: Pick<Config, 'clients'>): Promise<string[]> {
  const faults: string[] = []
  for (const [index, { client_id }] of clients.entries())
    await provider.Client.find(client_id).catch((error: { error_description?: string; message: string }) => {
      faults.push(`clients[${index}] (${client_id}): ${error.error_description ?? error.message}`)
    })
  return faults
}
