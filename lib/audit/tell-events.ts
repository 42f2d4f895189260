import type { Logger } from 'pino'
import type { AuditEvent, EventType } from '#lib/db/audit-events.ts'

const words: Record<EventType, string> = {
  issued: 'hand-off nonce issued',
  shown: 'hand-off shown',
  asked: 'a browser asks for approval',
  approved: 'hand-off approved',
  redeemed: 'hand-off redeemed',
  refused: 'hand-off refused',
  replayed:
    'another browser tried to redeem a spent nonce, and could have: the link may be in the wrong hands',
  revoked: 'session of a hand-off ended',
}

/** Writes a log line for each event of the audit trail, with the same content, once it is committed. */
export function tellEvents(events: readonly AuditEvent[], { log }: { log: Logger }): void {
  for (const event of events) {
    const { id, at, type, ...fields } = event
    const line = { event: `handoff.${type}`, audit: id, at, ...fields }
    if (type === 'replayed') log.warn(line, words[type])
    else log.info(line, words[type])
  }
}
