import { AsyncLocalStorage } from 'node:async_hooks'
import type { BlockList } from 'node:net'
import type Provider from 'oidc-provider'
import { nodeCallerOf } from '#lib/callers/caller.ts'
import { addressKey } from '#lib/limits/address-key.ts'
import type { Limits } from '#lib/limits/limits.ts'
import { clientPaths } from './client-endpoints.ts'
import { oidcOf } from './context.ts'
import type { Client, Context, Next } from './types.ts'

type Needs = { limits: Limits; trustedProxies: BlockList }

/** The address that asks, while the library authenticates a client. */
const asking = new AsyncLocalStorage<string | undefined>()

/**
 * Middleware that counts wrong client secrets, for each client and address. Beyond the limit the right one is
 * refused like the others. Throws `slow_down`.
 */
export function clientSecrets(provider: Provider, { limits, trustedProxies }: Needs) {
  const { prototype } = provider.Client as unknown as { prototype: Client }
  const { compareClientSecret } = prototype
  prototype.compareClientSecret = async function (this: Client, secret) {
    const key = keyOf(this.clientId)
    const isRight = await compareClientSecret.call(this, secret)
    // In this order none of many at once is compared with an old count in mind.
    if (isRight) await limits.requireRoom('clientSecrets', key)
    else await limits.take('clientSecrets', key)
    return isRight
  }
  return (ctx: Context, next: Next) =>
    asking.run(addressKey(nodeCallerOf(ctx.req), trustedProxies), async () => {
      await next()
      const { client } = oidcOf(ctx) ?? {}
      // A signature by the secret is a guess of it as well; its answer is kept back.
      if (client?.clientAuthMethod !== 'client_secret_jwt' || !clientPaths.test(ctx.path)) return
      const key = keyOf(client.clientId)
      if (ctx.status === 401) await limits.take('clientSecrets', key)
      else await limits.requireRoom('clientSecrets', key)
    })
}

function keyOf(clientId: string): string | undefined {
  const address = asking.getStore()
  return address && `${clientId} ${address}`
}
