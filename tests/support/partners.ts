import { EventEmitter, once } from 'node:events'
import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerResponse,
} from 'node:http'
import { createBackend } from '../../demo/backend/create-backend.ts'
import { createDemoResourceServer } from '../../demo/backend/resource-server.ts'
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

/** Stands before an endpoint of the identity provider, which never sees a request that `before` answers. */
type Door = { before?: (req: IncomingMessage, res: ServerResponse) => Promise<void> }

export type Partners = Awaited<ReturnType<typeof startPartners>>

/** Starts the demo's identity provider and backend in this process, for a Baton at this host and port. */
export async function startPartners({
  batonHost = 'localhost',
  batonPort,
  batonUrl = `http://${batonHost}:${batonPort}`,
  accessTokenTtl = 60,
}: {
  batonHost?: string
  batonPort: number
  /** Where it is not plain http. */
  batonUrl?: string
  accessTokenTtl?: number
}) {
  const issuer = `http://127.0.0.1:${await freePort()}`
  const backendPort = await freePort()
  const backendUrl = `http://127.0.0.1:${backendPort}`

  const ttl = { seconds: accessTokenTtl }
  const identityProvider = await createIdentityProvider({
    issuer,
    batonUrl,
    backendUrl,
    accessTokenTtl: () => ttl.seconds,
  })
  const issuedTokens: string[] = []
  const refreshTokens: string[] = []
  identityProvider.events.on('token', ({ kind, value }) => {
    issuedTokens.push(value)
    if (kind === 'refresh_token') refreshTokens.push(value)
  })
  const aborts = new EventEmitter<{ abort: [{ method: string; url: string }] }>()

  const [tokenDoor, revocationDoor]: [Door, Door] = [{}, {}]
  const doors: Record<string, Door> = { '/token': tokenDoor, '/token/revocation': revocationDoor }
  const idp = await listen(
    async (req, res) => {
      await doors[req.url ?? '']?.before?.(req, res)
      // A caller that has left gets no token, and spends none.
      if (!res.writableEnded && !res.destroyed) identityProvider.listener(req, res)
    },
    Number(new URL(issuer).port),
  )
  const resourceServer = createDemoResourceServer({
    batonUrl,
    audience: backendUrl,
    issuers: [issuer],
    // Most tests configure no client for it, and so it hears nothing of revocations.
    onError: () => {},
  })
  const backend = await listen(createBackend({ resourceServer, aborts }), backendPort)
  return {
    issuer,
    backendUrl,
    identityProvider,
    /** Every token that the identity provider issued, as it went over the wire. */
    issuedTokens,
    refreshTokens,
    aborts,
    /** Seconds that access tokens live which are issued from now on. */
    ttl,
    resourceServer,
    tokenDoor,
    revocationDoor,
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
      // Tests ask for more in a minute than a person does.
      limits: { nonces: { max: 10_000, seconds: 60 } },
      ...sections,
    }),
    async close() {
      resourceServer.close()
      await Promise.allSettled([idp.close(), backend.close()])
    },
  }
}
