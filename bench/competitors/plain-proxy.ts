import type { Bench } from '../bench.ts'
import { startServer } from '../measure/start-server.ts'
import { backendOf } from '../partners/backend.ts'
import { type ProxyServer, withoutSessions } from './proxy.ts'

export const plainProxyName = 'node:http + undici'

/** Returns plain node:http with undici behind it, without sessions. */
export function plainProxyOf(bench: Bench): Promise<ProxyServer> {
  return bench.once(plainProxyName, async () => {
    const { url } = await backendOf(bench)
    const server = await startServer(bench, {
      name: plainProxyName,
      args: () => [new URL('./plain-proxy-server.ts', import.meta.url).pathname],
      env: { BACKEND_URL: url },
      cores: bench.cores.server,
      ready: '/json',
    })
    return withoutSessions(plainProxyName, server)
  })
}
