import type { Bench } from '../bench.ts'
import { type ProxyServer, withoutSessions } from '../competitors/proxy.ts'
import { startServer } from '../measure/start-server.ts'

/** Returns the backend of all proxies, which can also be called directly. */
export function backendOf(bench: Bench): Promise<ProxyServer & { url: string }> {
  return bench.once('the backend', async () => {
    const backend = await startServer(bench, {
      name: 'the backend',
      args: () => [new URL('../backend/main.ts', import.meta.url).pathname],
      cores: bench.cores.partner,
      ready: '/json',
    })
    return { ...withoutSessions('the backend itself', backend), url: `http://${backend.host}` }
  })
}
