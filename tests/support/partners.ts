import { EventEmitter, once } from 'node:events'
import { createServer, type RequestListener, type Server } from 'node:http'
import { createBackend } from '../../demo/backend/create-backend.ts'
import { createIdentityProvider } from '../../demo/identity-provider/create-identity-provider.ts'
import { freePort } from './free-port.ts'

type Listening = { url: string; close(): Promise<void> }

/** Serves a listener on a port of its own. */
export async function listen(listener: RequestListener, port = 0): Promise<Listening & { server: Server }> {
  const server = createServer(listener).listen(port, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address() as { port: number }
  return {
    server,
    url: `http://127.0.0.1:${address.port}`,
    async close() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

export type Partners = Awaited<ReturnType<typeof startPartners>>

/**
 * The demo's identity provider and backend in this process, for a Baton at `batonPort`: what they issue and see can be watched.
 */
export async function startPartners({
  batonPort,
  accessTokenTtl = 60,
}: {
  batonPort: number
  accessTokenTtl?: number
}) {
  const batonUrl = `http://localhost:${batonPort}`
  const issuer = `http://127.0.0.1:${await freePort()}`
  const backendPort = await freePort()
  const backendUrl = `http://127.0.0.1:${backendPort}`

  const identityProvider = await createIdentityProvider({ issuer, batonUrl, backendUrl, accessTokenTtl })
  const issuedTokens: string[] = []
  identityProvider.events.on('token', ({ value }) => issuedTokens.push(value))
  const aborts = new EventEmitter<{ abort: [{ method: string; url: string }] }>()

  const idp = await listen(identityProvider.listener, Number(new URL(issuer).port))
  const backend = await listen(
    createBackend({ issuers: [issuer, `${batonUrl}/oidc`], audience: backendUrl, aborts }),
    backendPort,
  )
  return {
    issuer,
    backendUrl,
    identityProvider,
    /** Every token that the identity provider issued, as it went over the wire. */
    issuedTokens,
    aborts,
    /** Emits `request` as each call arrives. */
    backendServer: backend.server,
    stopIdentityProvider: idp.close,
    /** The demo's backend as it takes both kinds of tokens. */
    backendOfBoth: {
      name: 'demo',
      url: backendUrl,
      token: ['provider', 'baton'],
      providers: ['demo'],
      audience: backendUrl,
    },
    /** Baton's configuration for these partners; sections given take the place of the ones here. */
    config: (sections: Record<string, unknown> = {}) => ({
      providers: [
        {
          id: 'demo',
          name: 'Demo identity provider',
          type: 'oidc',
          issuer,
          clientId: 'baton',
          clientSecret: 'demo-baton-secret',
          scope: 'openid profile email api',
        },
      ],
      trustedIssuers: [{ issuer, clients: ['demo-phone'] }],
      backends: [{ name: 'demo', url: backendUrl, token: 'provider', providers: ['demo'] }],
      ...sections,
    }),
    async close() {
      await Promise.allSettled([idp.close(), backend.close()])
    },
  }
}
