import cluster from 'node:cluster'
import type { Logger } from 'pino'
import { ConfigurationError } from '#lib/config/configuration-error.ts'
import { type Config, loadConfig } from '#lib/config/load.ts'
import { tellConfiguration } from '#lib/config/tell-configuration.ts'
import { serveMetrics } from '#lib/metrics/serve-metrics.ts'
import { flushed, openLogBesideOthers } from '#lib/telemetry/logger.ts'
import { tell } from '#lib/telemetry/tell.ts'
import { Crew } from './crew.ts'
import { CrewMetrics } from './crew-metrics.ts'
import { workerArgument } from './messages.ts'

/**
 * Has workers serve until a signal ends them, and serves nothing but their metrics. Resolves with the exit
 * code. Throws a plain sentence when the port for metrics cannot be listened on.
 */
export async function runPrimary(config: Config): Promise<number> {
  const { url, drainSeconds, workers: size, listen } = config
  const log = await openLogBesideOthers({ level: config.logLevel, format: config.logFormat })
  tellConfiguration(config, log)
  // The system shares connections out: in turns, each would pass through this process. It is fixed by the
  // line after it.
  cluster.schedulingPolicy = cluster.SCHED_NONE
  cluster.setupPrimary({
    args: [...process.argv.slice(2), workerArgument],
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  })
  const metrics = new CrewMetrics(() => crew)
  const crew = new Crew({ size, drainSeconds, log, ended: (worker) => metrics.keep(worker) })
  const { host, port, metricsPort } = listen
  const stopMetrics = metricsPort
    ? await serveMetrics({ host, port: metricsPort }, () => metrics.text())
    : undefined

  const begun = Promise.withResolvers<void>()
  followHangUps(begun.promise, crew, log)
  const stop = followStops(crew, drainSeconds, log)
  const failed = await crew.begin()
  if (!failed) {
    tell(log, 'server.started', { url, port })
    begun.resolve()
  }
  // What has failed has told why.
  const isOver = failed && !stop.isAsked()
  const exitCode = isOver ? failed.exitCode || 1 : await stop.exitCode
  await stopMetrics?.()
  if (!isOver) tell(log, 'server.stopped', { exitCode })
  await flushed(log)
  return exitCode
}

function followStops(crew: Crew, drainSeconds: number, log: Logger) {
  const over = Promise.withResolvers<number>()
  let [isAsked, isFaulty] = [false, false]
  const stop = async (signal: 'SIGTERM' | 'SIGINT' | 'uncaughtException') => {
    const drain = signal === 'SIGINT' ? 0 : drainSeconds
    if (!isAsked) tell(log, 'server.stopping', { signal, drainSeconds: drain })
    isAsked = true
    const exitCode = await crew.stop(signal === 'SIGINT' ? signal : 'SIGTERM')
    over.resolve(isFaulty ? 1 : exitCode)
  }
  for (const name of ['SIGTERM', 'SIGINT'] as const) process.on(name, () => stop(name))
  process.on('uncaughtException', (err) => {
    tell(log, 'server.fault', { err })
    isFaulty = true
    stop('uncaughtException')
  })
  return { exitCode: over.promise, isAsked: () => isAsked }
}

// One that comes while workers are being replaced counts after that: the file may have changed since.
function followHangUps(begun: Promise<void>, crew: Crew, log: Logger): void {
  let [isDue, isRunning] = [false, false]
  process.on('SIGHUP', async () => {
    isDue = true
    if (isRunning) return
    isRunning = true
    await begun
    while (isDue) {
      isDue = false
      await replaceAll(crew, log)
    }
    isRunning = false
  })
}

async function replaceAll(crew: Crew, log: Logger): Promise<void> {
  if (crew.isStopping) return
  let config: Config
  try {
    config = await loadConfig()
  } catch (error) {
    const { message } = error as Error
    const faults = error instanceof ConfigurationError ? error.faults : []
    tell(log, 'workers.kept', { reason: message, faults })
    return
  }
  tellConfiguration(config, log)
  tell(log, 'workers.replacing', { workers: config.workers })
  const isDone = await crew.replace()
  if (crew.isStopping) return
  if (isDone) tell(log, 'workers.replaced', { workers: config.workers })
  else tell(log, 'workers.kept', { reason: 'a new worker did not start; the lines before this one say why' })
}
