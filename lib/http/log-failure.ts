import type { Logger } from 'pino'
import { awayAs } from '#lib/db/away.ts'
import { isOAuthError } from '#lib/oauth/error.ts'
import type { EventName } from '#lib/telemetry/events.ts'
import { type FieldsOf, tell } from '#lib/telemetry/tell.ts'
import { causeText } from './cause-text.ts'

/** Milliseconds for which a failure of the database is not explained once more. */
const oncePer = 60_000

/** When each kind was told; there are a few dozen codes. */
const told = new WeakMap<Logger, Map<string, number>>()

/** The events of failures. */
type Failure = {
  [Name in EventName]: 'database' | 'detail' extends keyof FieldsOf<Name> ? Name : never
}[EventName]

/**
 * Logs a failure: with its stack where nobody expected it. Of a refusal, which anybody may cause any number
 * of times, one short text tells the cause. While the database is away every call fails alike: its own words
 * are logged once a minute for each kind, and the other failures by their code.
 */
export function logFailure<Name extends Failure>(
  log: Logger,
  name: Name,
  { err, ...fields }: FieldsOf<Name> & { err: unknown },
): void {
  const line = (more: object) => ({ ...fields, ...more }) as FieldsOf<Name>
  if (isOAuthError(err)) {
    const { code, options } = err
    const detail = causeText(options.detail)
    tell(log, name, line({ code, detail, reason: causeText(options.cause) }))
    return
  }
  const kind = awayAs(err)
  if (kind === undefined) {
    tell(log, name, line({ err }))
    return
  }
  const times = told.get(log) ?? new Map<string, number>()
  told.set(log, times)
  const now = performance.now()
  if (now - (times.get(kind) ?? Number.NEGATIVE_INFINITY) < oncePer) {
    tell(log, name, line({ database: kind }), 'warn')
    return
  }
  times.set(kind, now)
  tell(log, name, line({ err, database: kind }))
}
