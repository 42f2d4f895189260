import type { Logger } from 'pino'
import { awayAs } from '#lib/db/away.ts'

/** Milliseconds for which a failure of the database is not explained once more. */
const oncePer = 60_000

/** When each kind was told; there are a few dozen codes. */
const told = new WeakMap<Logger, Map<string, number>>()

/**
 * Logs a failure. While the database is away every call fails alike: its own words are logged once a minute
 * for each kind, and the other failures by their code. `thrown` is what failed, where `err` tells only a
 * part.
 */
export function logFailure(
  log: Logger,
  { err, ...fields }: { err: unknown; [field: string]: unknown },
  message: string,
  thrown: unknown = err,
): void {
  const kind = awayAs(thrown)
  if (kind === undefined) {
    log.error({ err, ...fields }, message)
    return
  }
  const times = told.get(log) ?? new Map<string, number>()
  told.set(log, times)
  const now = performance.now()
  if (now - (times.get(kind) ?? Number.NEGATIVE_INFINITY) < oncePer) {
    log.warn({ ...fields, database: kind }, message)
    return
  }
  times.set(kind, now)
  log.error({ err, ...fields, database: kind }, message)
}
