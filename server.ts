import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import next from 'next'
import { boot } from './lib/boot.ts'
import { ConfigurationError } from './lib/config/load.ts'
import { sendError } from './lib/http/error-answer.ts'
import { guardLane } from './lib/http/guard-lane.ts'
import { handoffLane, type RenderPage } from './lib/http/handoff-lane.ts'
import { setPageHeaders } from './lib/http/page-headers.ts'
import { proxyLane } from './lib/http/proxy-lane.ts'
import { serveUntilStopped } from './lib/http/serve.ts'

try {
  const { runtime, close } = await boot()
  const { config, log } = runtime
  const server = createServer()
  const app = next({
    dev: config.development,
    hostname: 'localhost',
    port: config.listen.port,
    httpServer: server,
  })
  await app.prepare()
  const handleByNext = app.getRequestHandler()

  const nextLane = async (req: IncomingMessage, res: ServerResponse) => {
    if (!req.url?.startsWith('/api/')) setPageHeaders(req, res, runtime)
    await handleByNext(req, res)
  }
  const renderPage: RenderPage = async (req, res, status) => {
    res.statusCode = status
    await nextLane(req, res)
  }
  const answer = async (req: IncomingMessage, res: ServerResponse) => {
    if (guardLane(req, res, runtime)) return
    if (await proxyLane(req, res, runtime)) return
    if (await handoffLane(req, res, runtime, renderPage)) return
    await nextLane(req, res)
  }
  server.on('request', (req, res) => answer(req, res).catch((error) => sendError(res, error, log)))

  await serveUntilStopped(server, runtime)
  await app.close()
  await close()
  process.exit(0)
} catch (error) {
  const faults = error instanceof ConfigurationError ? error.faults : []
  process.stderr.write(
    `${['Baton cannot start.', (error as Error).message, ...faults.map((fault) => `  - ${fault}`)].join('\n')}\n`,
  )
  process.exit(1)
}
