import type { Logger } from 'pino'
import type { AuditEvent } from '#lib/db/audit-events.ts'
import { tell } from '#lib/telemetry/tell.ts'

/** Writes a log line for each event of the audit trail, with the same content, once it is committed. */
export function tellEvents(events: readonly AuditEvent[], { log }: { log: Logger }): void {
  for (const event of events) {
    const { id, at, type, ...fields } = event
    tell(log, `handoff.${type}`, { audit: id, at, ...fields })
  }
}
