import type { Logger } from 'pino'
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
  let isBusy = false
  const look = async () => {
    if (isBusy) return
    isBusy = true
    try {
      const isMissing = (await health.lack()) === 'tables'
      since = isMissing ? (since ?? performance.now()) : undefined
      if (since === undefined || performance.now() - since < settled) return
      log.warn({ migrations: await migrate() }, 'the database had lost its tables: migrations applied')
    } catch (error) {
      // Once more after as long again.
      since = undefined
      log.warn({ err: error }, 'the database has lost its tables, and the migrations could not be applied')
    } finally {
      isBusy = false
    }
  }
  const timer = setInterval(look, lookEvery).unref()
  return () => clearInterval(timer)
}
