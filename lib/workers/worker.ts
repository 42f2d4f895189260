import cluster from 'node:cluster'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Snapshot, type StopReason, type ToPrimary, type ToWorker, workerArgument } from './messages.ts'

/** Milliseconds that a message to a primary may take that reads none. */
const patience = 1_000

/** Whether this process is one of several workers. */
export const isWorker = cluster.isWorker && process.argv.includes(workerArgument)

/** The field of log lines that says which worker this is; none where Baton is one process. */
export const whichWorker = isWorker ? { worker: cluster.worker?.id } : {}

/** Leaves SIGHUP to the primary: a terminal sends it to all processes. */
export function leaveHangUpToPrimary(): void {
  process.on('SIGHUP', () => {})
}

/** Tells the primary, where there is one, that this worker takes requests, and when asked that it lives. */
export function tellServing(): void {
  if (!isWorker) return
  process.on('message', (message: ToWorker) => {
    if (message.baton === 'ping') tellPrimary({ baton: 'pong' })
  })
  tellPrimary({ baton: 'serving' })
}

/** Calls `stop` each time the primary says so, and when it has gone, which is like a SIGTERM. */
export function onStopByPrimary(stop: (reason: StopReason) => void): void {
  const { worker } = cluster
  if (!worker || !isWorker) return
  process.on('message', (message: ToWorker) => {
    if (message.baton === 'stop') stop(message.reason)
  })
  worker.on('disconnect', () => {
    // Without this, Node.js ends the process at once, and its calls with it.
    worker.exitedAfterDisconnect = true
    stop('SIGTERM')
  })
}

/**
 * Gives the primary this worker's metrics whenever it asks. Returns the function that gives them for the last
 * time.
 */
export function countForPrimary(snapshot: () => Promise<Snapshot>): () => Promise<void> {
  const give = async () => tellPrimary({ baton: 'counted', snapshot: await snapshot() })
  const answer = (message: ToWorker) => {
    if (message.baton === 'count') give()
  }
  process.on('message', answer)
  return async () => {
    process.off('message', answer)
    await give()
  }
}

// Resolves when it is sent. A primary that has gone gets nothing, and the worker stops for that reason.
function tellPrimary(message: ToPrimary): Promise<void> {
  const sent = new Promise<void>((resolve) => process.send?.(message, undefined, {}, () => resolve()))
  return Promise.race([sent, sleep(patience, undefined, { ref: false })])
}
