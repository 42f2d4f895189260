import type { Logger } from 'pino'
import { tell } from '#lib/telemetry/tell.ts'
import type { StopReason } from '#lib/workers/messages.ts'
import { onStopByPrimary } from '#lib/workers/worker.ts'

/**
 * Why this process is to stop, and when it is to hurry: when the same side says so again, or there is a
 * fault. A signal may come from the system and, in a worker, from the primary as well, as a terminal sends it
 * to both: that is one signal.
 */
export function stopReasons(log: Logger): {
  stop: Promise<StopReason | 'uncaughtException'>
  hurry: Promise<void>
  isFaulty(): boolean
} {
  const stop = Promise.withResolvers<StopReason | 'uncaughtException'>()
  const hurry = Promise.withResolvers<void>()
  let isFaulty = false
  const newAsker = () => {
    let hasAsked = false
    return (reason: StopReason) => {
      stop.resolve(reason)
      if (hasAsked) hurry.resolve()
      hasAsked = true
    }
  }
  const bySystem = newAsker()
  for (const name of ['SIGTERM', 'SIGINT'] as const) process.on(name, () => bySystem(name))
  onStopByPrimary(newAsker())
  // Next only notes it, and goes on in a state that nobody knows. Rejections stay with Next: it leaves some
  // behind on purpose, as for a page whose reader has left, and no stranger is to stop the server by them.
  process.removeAllListeners('uncaughtException')
  process.on('uncaughtException', (err) => {
    tell(log, 'server.fault', { err })
    isFaulty = true
    stop.resolve('uncaughtException')
    hurry.resolve()
  })
  return { stop: stop.promise, hurry: hurry.promise, isFaulty: () => isFaulty }
}
