import { EventEmitter } from 'node:events'
import type { RequestListener } from 'node:http'
import Provider from 'oidc-provider'
import { configuration, type Settings } from './configuration.ts'
import { signInStep } from './sign-in-step.ts'
import { createSigningKey } from './signing-key.ts'
import { type TokenEvents, tokenStep } from './token-step.ts'

type IdentityProvider = {
  /** Serve this at the issuer's origin. */
  listener: RequestListener
  /** Reports what the token endpoint issues, to listeners in the same process. */
  events: TokenEvents
  /** How often the token endpoint answered for a `grant_type`, refusals included. */
  tokenCalls(grantType: string): number
}

/**
 * Creates the demo identity provider. `issuer`, `batonUrl` and `backendUrl` are origins, `accessTokenTtl` is
 * in seconds.
 */
export async function createIdentityProvider({
  accessTokenTtl = 60,
  ...addresses
}: Omit<Settings, 'accessTokenTtl'> & {
  accessTokenTtl?: Settings['accessTokenTtl']
}): Promise<IdentityProvider> {
  const signingKey = await createSigningKey()
  const events: TokenEvents = new EventEmitter()
  const calls = new Map<string, number>()
  events.on('call', ({ grantType }) => calls.set(grantType, (calls.get(grantType) ?? 0) + 1))

  const provider = new Provider(addresses.issuer, configuration({ ...addresses, accessTokenTtl }, signingKey))
  provider.on('server_error', (_ctx, error) => process.stderr.write(`${error.stack ?? error}\n`))
  provider.on('backchannel.error', (_ctx, error, { clientId }) =>
    process.stderr.write(`${clientId} was not notified of a sign-out: ${error.message}\n`),
  )
  provider.use(signInStep(provider))
  provider.use(tokenStep({ batonUrl: addresses.batonUrl, signingKey, events }))

  const handle = provider.callback()
  const { host } = new URL(addresses.issuer)
  return {
    listener(request, response) {
      // The library builds its URLs from the request's Host.
      request.headers.host = host
      void handle(request, response)
    },
    events,
    tokenCalls: (grantType) => calls.get(grantType) ?? 0,
  }
}
