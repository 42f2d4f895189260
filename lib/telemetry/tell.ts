import type { Logger } from 'pino'
import { type EventName, events } from './events.ts'
import { helpOn } from './help.ts'

/** The fields that the lines of an event may have. */
export type FieldsOf<Name extends EventName> = Partial<
  Record<(typeof events)[Name]['fields'][number], unknown>
>

/**
 * Logs an event: its name, its level and words from the catalogue, these fields, and where it is
 * explained. A `level` of its own is for what was told at the catalogue's level just before.
 */
export function tell<Name extends EventName>(
  log: Logger,
  name: Name,
  fields?: FieldsOf<Name>,
  level: 'warn' | (typeof events)[Name]['level'] = events[name].level,
): void {
  if (!log.isLevelEnabled(level)) return
  const { message, isExplained } = events[name]
  const help = isExplained && helpOn(name, fields)
  log[level]({ event: name, ...fields, ...(help && { help }) }, message)
}
