import { freePort } from '../../tests/support/free-port.ts'
import type { Bench } from '../bench.ts'
import { getRequest } from '../measure/request-bytes.ts'
import { untilItAnswers } from '../measure/start-process.ts'
import { backendOf } from '../partners/backend.ts'
import type { ProxyServer } from './proxy.ts'

export const plainProxyName = 'node:http + undici'

/** Returns plain node:http with undici behind it, without sessions. */
export function plainProxyOf(bench: Bench): Promise<ProxyServer> {
  return bench.once(plainProxyName, async () => {
    const { url } = await backendOf(bench)
    const port = await freePort()
    const server = bench.start({
      name: plainProxyName,
      args: [new URL('./plain-proxy-server.ts', import.meta.url).pathname],
      env: { PORT: String(port), BACKEND_URL: url },
      cores: bench.cores.server,
    })
    const headers = { host: `127.0.0.1:${port}` }
    await untilItAnswers(server, port, getRequest('/json', headers))
    return {
      name: plainProxyName,
      pids: [server.pid],
      ports: [port],
      prefix: '',
      headers: () => headers,
      isNext: false,
    }
  })
}
