import type { Logger } from 'pino'
import { tell } from '#lib/telemetry/tell.ts'
import type { OpenDatabase } from './database.ts'

/** Milliseconds between looks, and for which the tables have to be missing: a backup may be on its way. */
const lookEvery = 5_000
const settled = 15_000

/**
 * Applies the migrations again when a running process finds that its tables are gone: the database was
 * restored without them, or from before they were. Returns the function that stops it.
 */
export function keepTables({ health, migrate }: OpenDatabase, log: Logger): () => void {
  let since: number | undefined
  let [isBusy, isStopped] = [false, false]
  const look = async () => {
    if (isBusy) return
    isBusy = true
    try {
      const isMissing = (await health.lack()) === 'tables'
      since = isMissing ? (since ?? performance.now()) : undefined
      if (since === undefined || performance.now() - since < settled) return
      tell(log, 'database.restored', { migrations: await migrate() })
    } catch (error) {
      // Once more after as long again.
      since = undefined
      if (!isStopped) tell(log, 'database.lost', { err: error })
    } finally {
      isBusy = false
    }
  }
  const timer = setInterval(look, lookEvery).unref()
  return () => {
    isStopped = true
    clearInterval(timer)
  }
}
