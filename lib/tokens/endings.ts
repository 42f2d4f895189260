import type { EventEmitter } from 'node:events'
import type { AuditEvent } from '#lib/db/audit-events.ts'

/**
 * Reports sessions that this process has ended, what the trails of hand-offs tell of that, token sets that
 * ended with them and are to be revoked, and token sets whose provider has ended them.
 */
export type Endings = EventEmitter<{
  ended: [sids: string[]]
  revoked: [events: AuditEvent[]]
  unused: [tokenSetIds: string[]]
  failed: [tokenSetIds: string[]]
}>
