import { LRUCache } from 'lru-cache'
import type { Logger } from 'pino'
import { awayAs } from '#lib/db/away.ts'

/** Milliseconds for which a failure of the database is not explained once more. */
const oncePer = 60_000

const told = new WeakMap<Logger, LRUCache<string, true>>()

/**
 * Logs a failure. While the database is away every call fails alike: its own words are logged once a minute
 * for each kind, and the other failures by their code.
 */
export function logFailure(
  log: Logger,
  { err, ...fields }: { err: unknown; [field: string]: unknown },
  message: string,
): void {
  const kind = awayAs(err)
  if (kind === undefined) {
    log.error({ err, ...fields }, message)
    return
  }
  const kinds = told.get(log) ?? new LRUCache<string, true>({ max: 100, ttl: oncePer })
  told.set(log, kinds)
  if (kinds.has(kind)) log.warn({ ...fields, database: kind }, message)
  else log.error({ err, ...fields, database: kind }, message)
  if (!kinds.has(kind)) kinds.set(kind, true)
}
