import type { Logger } from 'pino'
import { awayAs } from '#lib/db/away.ts'
import { isOAuthError } from '#lib/oauth/error.ts'
import { causeText } from './cause-text.ts'

/** Milliseconds for which a failure of the database is not explained once more. */
const oncePer = 60_000

/** When each kind was told; there are a few dozen codes. */
const told = new WeakMap<Logger, Map<string, number>>()

/**
 * Logs a failure: with its stack where nobody expected it. Of a refusal, which anybody may cause any number
 * of times, one short text tells the cause. While the database is away every call fails alike: its own words
 * are logged once a minute for each kind, and the other failures by their code.
 */
export function logFailure(
  log: Logger,
  { err, ...fields }: { err: unknown; [field: string]: unknown },
  message: string,
): void {
  if (isOAuthError(err)) {
    const { code, options } = err
    const detail = causeText(options.detail)
    log.error({ ...fields, code, detail, reason: causeText(options.cause) }, message)
    return
  }
  const kind = awayAs(err)
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
