import { once } from 'node:events'
import type { Server } from 'node:http'
import type { Runtime } from '#lib/runtime.ts'

const patience = 10_000
// Longer than the minute that most load balancers keep an idle connection, so that it is they who close it.
const keepAlive = 65_000

/**
 * Listens, and resolves after SIGTERM or SIGINT when what was running has finished; what still runs after ten seconds
 * is broken off. Rejects when the address cannot be listened on.
 */
export async function serveUntilStopped(server: Server, { config, log, upgraded }: Runtime): Promise<void> {
  const { host, port } = config.listen
  // An upload through the proxy may take as long as its bytes move; forms have a deadline of their own.
  server.requestTimeout = 0
  server.keepAliveTimeout = keepAlive
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
  for (const socket of upgraded) socket.destroy()
  // A connection turns idle when its answer has gone out; nothing more is to come on it.
  const closeIdle = setInterval(() => server.closeIdleConnections(), 50)
  const breakOff = setTimeout(() => server.closeAllConnections(), patience)
  await closed
  clearInterval(closeIdle)
  clearTimeout(breakOff)
}
