import { expect } from 'vitest'
import { BatonError, type Client, type ClientOptions, createClient, memoryStorage } from '../../src/index.ts'
import { startSmallBaton } from './small-baton.ts'
import { startSmallProvider } from './small-provider.ts'

export type Stage = Awaited<ReturnType<typeof startStage>>

/** A small Baton that trusts a small identity provider, and clients of both. */
export async function startStage() {
  const [baton, provider] = await Promise.all([startSmallBaton(), startSmallProvider()])
  baton.trust(provider.issuer, provider.jwksUri)

  const options = (changed: Partial<ClientOptions> = {}): ClientOptions => ({
    batonUrl: baton.url,
    clientId: 'demo-phone',
    identityProvider: {
      issuer: provider.issuer,
      clientId: 'demo-phone',
      redirectUri: 'org.example.app:/callback',
    },
    ...changed,
  })

  return {
    baton,
    provider,
    options,
    client: (changed?: Partial<ClientOptions>) => createClient(options(changed)),
    /** Creates a signed-in client; returns it with its storage and web nonce. */
    async signedIn(changed: Partial<ClientOptions> = {}) {
      const storage = changed.storage ?? memoryStorage()
      const client = createClient(options({ ...changed, storage }))
      await signIn(client, provider)
      return { client, storage, webNonce: await client.getWebNonce() }
    },
    async close() {
      await Promise.all([baton.close(), provider.close()])
    },
  }
}

/** Signs in from start to finish. */
export async function signIn(client: Client, provider: Stage['provider']) {
  const { url } = await client.beginSignIn()
  return client.finishSignIn(provider.callback(url))
}

/** Returns the rejection of a promise, which must be a `BatonError`. */
export async function errorOf(promise: Promise<unknown>): Promise<BatonError> {
  const error = await promise.then(
    (value) => expect.unreachable(`no error, but ${String(value)}`),
    (thrown: unknown) => thrown,
  )
  expect(error).toBeInstanceOf(BatonError)
  return error as BatonError
}
