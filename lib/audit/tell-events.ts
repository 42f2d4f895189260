import type { Logger } from 'pino'
import type { AuditEvent } from '#lib/db/audit-events.ts'
import { report } from '#lib/telemetry/reports.ts'
import { tell } from '#lib/telemetry/tell.ts'

/** Logs and reports each event of the audit trail once it is committed. */
export function tellEvents(events: readonly AuditEvent[], { log }: { log: Logger }): void {
  for (const event of events) {
    const { id, at, type, ...fields } = event
    report('handoff', { type, reason: fields.reason, event })
    tell(log, `handoff.${type}`, { audit: id, at, ...fields })
  }
}
