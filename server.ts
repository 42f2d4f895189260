import { EventEmitter } from 'node:events'
import { createServer, type Server } from 'node:http'
import { enableCompileCache } from 'node:module'
import { join } from 'node:path'
import type { Config } from './lib/config/load.ts'
import { isBuilt, setProduction } from './lib/config/production.ts'
import { helpOnStart } from './lib/telemetry/help.ts'

if (process.argv.includes('--production')) setProduction()
if (!isBuilt(import.meta.dirname)) {
  process.stderr.write(
    'Baton cannot start.\nIt has not been built yet: run `npm run build`, then start again.\n' +
      `${helpOnStart}\n`,
  )
  process.exit(1)
}

// Modules loaded from here on are compiled once, and kept beside Next's build for the next start.
enableCompileCache(join(import.meta.dirname, '.next/cache/node'))
const { ConfigurationError } = await import('./lib/config/configuration-error.ts')
const { loadConfig } = await import('./lib/config/load.ts')
const { isWorker, leaveHangUpToPrimary, whichWorker } = await import('./lib/workers/worker.ts')
const { writePlainly } = await import('./lib/telemetry/capture-output.ts')
const { flushed, openedLog } = await import('./lib/telemetry/logger.ts')
const { tell } = await import('./lib/telemetry/tell.ts')

if (isWorker) leaveHangUpToPrimary()
try {
  const config = await loadConfig()
  process.exit(config.workers > 1 && !isWorker ? await runWorkers(config) : await serve(config))
} catch (error) {
  const { message } = error as Error
  const faults = error instanceof ConfigurationError ? error.faults : []
  writePlainly(
    'stderr',
    `${['Baton cannot start.', message, ...faults.map((fault) => `  - ${fault}`), helpOnStart].join('\n')}\n`,
  )
  const log = openedLog()
  if (log) {
    tell(log, 'server.refused', { reason: message, ...(faults.length > 0 && { faults }) })
    await flushed(log)
  }
  process.exit(1)
}

// A primary serves nothing: it loads none of what does.
async function runWorkers(config: Config): Promise<number> {
  const { runPrimary } = await import('./lib/workers/primary.ts')
  return runPrimary(config)
}

async function serve(config: Config): Promise<number> {
  const { default: next } = await import('next')
  const { boot } = await import('./lib/boot.ts')
  const { dispatcher } = await import('./lib/endpoints/dispatch.ts')
  const { longestHead, serveUntilStopped } = await import('./lib/endpoints/serve.ts')
  const { trimHeap } = await import('./lib/endpoints/trim-heap.ts')
  const { runtime, close } = await boot(config)
  const { development, listen, url } = config
  // Next would listen for upgrades itself and end the sockets of others: it gets an emitter that nothing
  // uses.
  const httpServer = new EventEmitter() as Server
  // In development Next gives its scripts and its WebSocket to pages of this host alone.
  const { hostname } = new URL(url)
  const app = next({ dev: development, hostname, port: listen.port, httpServer })
  await app.prepare()

  const { answer, upgrade, Response } = dispatcher(runtime, {
    answer: app.getRequestHandler(),
    ...(development && { upgrade: app.getUpgradeHandler() }),
  })
  const server = createServer({
    ServerResponse: Response,
    maxHeaderSize: longestHead,
    shouldUpgradeCallback: ({ headers }) => headers.upgrade?.toLowerCase() === 'websocket',
  })
  server.on('request', answer).on('upgrade', upgrade)
  trimHeap()

  const exitCode = await serveUntilStopped(server, runtime)
  await app.close()
  await close()
  tell(runtime.log, 'server.stopped', { exitCode, ...whichWorker })
  await flushed(runtime.log)
  return exitCode
}
