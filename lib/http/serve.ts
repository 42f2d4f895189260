import { once } from 'node:events'
import type { Server } from 'node:http'
import type { Runtime } from '#lib/runtime.ts'

const patience = 10_000

/**
 * Listens, and resolves after SIGTERM or SIGINT when what was running has finished; what still runs after ten seconds
 * is broken off. Rejects when the address cannot be listened on.
 */
export async function serveUntilStopped(server: Server, { config, log }: Runtime): Promise<void> {
  const { host, port } = config.listen
  server.listen(port, host)
  await once(server, 'listening')
  log.info({ url: config.url, port }, 'Baton serves')

  const signal = await Promise.race(
    ['SIGTERM', 'SIGINT'].map(async (name) => {
      await once(process, name)
      return name
    }),
  )
  log.info({ signal }, 'stopping: finishing what runs')
  const closed = once(server, 'close')
  server.close()
  server.closeIdleConnections()
  const breakOff = setTimeout(() => server.closeAllConnections(), patience)
  await closed
  clearTimeout(breakOff)
}
