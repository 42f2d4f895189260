import { EventEmitter } from 'node:events'
import { createServer, type Server } from 'node:http'
import next from 'next'
import { boot } from './lib/boot.ts'
import { ConfigurationError } from './lib/config/load.ts'
import { lanes } from './lib/http/lanes.ts'
import { longestHead, serveUntilStopped } from './lib/http/serve.ts'

try {
  const { runtime, close } = await boot()
  const { development, listen } = runtime.config
  // Next would listen for upgrades by itself and end the sockets that are not its: it gets an emitter that nobody uses.
  const httpServer = new EventEmitter() as Server
  const app = next({ dev: development, hostname: 'localhost', port: listen.port, httpServer })
  await app.prepare()

  const { answer, upgrade } = lanes(runtime, {
    answer: app.getRequestHandler(),
    ...(development && { upgrade: app.getUpgradeHandler() }),
  })
  const server = createServer({
    maxHeaderSize: longestHead,
    shouldUpgradeCallback: ({ headers }) => headers.upgrade?.toLowerCase() === 'websocket',
  })
  server.on('request', answer).on('upgrade', upgrade)

  await serveUntilStopped(server, runtime)
  await app.close()
  await close()
  process.exit(0)
} catch (error) {
  const { message } = error as Error
  const faults = error instanceof ConfigurationError ? error.faults : []
  process.stderr.write(
    `${['Baton cannot start.', message, ...faults.map((fault) => `  - ${fault}`)].join('\n')}\n`,
  )
  process.exit(1)
}
