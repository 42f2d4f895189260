import { freePort } from '../../tests/support/free-port.ts'
import type { Bench } from '../bench.ts'
import type { ProxyServer } from '../competitors/proxy.ts'
import { getRequest } from '../measure/request-bytes.ts'
import { untilItAnswers } from '../measure/start-process.ts'

/** Returns the backend of all proxies, which can also be called directly. */
export function backendOf(bench: Bench): Promise<ProxyServer & { url: string }> {
  return bench.once('the backend', async () => {
    const port = await freePort()
    const backend = bench.start({
      name: 'the backend',
      args: [new URL('../backend/main.ts', import.meta.url).pathname],
      env: { PORT: String(port) },
      cores: bench.cores.partner,
    })
    const host = `127.0.0.1:${port}`
    await untilItAnswers(backend, port, getRequest('/json', { host }))
    return {
      name: 'the backend itself',
      pids: [backend.pid],
      ports: [port],
      prefix: '',
      headers: () => ({ host }),
      isNext: false,
      url: `http://${host}`,
    }
  })
}
