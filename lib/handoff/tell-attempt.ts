import type { Logger } from 'pino'
import { tellEvents } from '#lib/audit/tell-events.ts'
import type { WhyRefused } from '#lib/db/audit-events.ts'
import type { Database } from '#lib/db/database.ts'
import { appendAttempt } from '#lib/db/nonce-attempts.ts'
import type { SpentNonce } from '#lib/db/nonce-spending.ts'
import { type Device, deviceText } from '#lib/sessions/device.ts'
import { report } from '#lib/telemetry/reports.ts'

type Needs = { db: Database; log: Logger }

/** Tells that a nonce was redeemed, once that is committed. */
export function tellRedeemed(
  { events, age }: Pick<SpentNonce, 'events' | 'age'>,
  { log }: Pick<Needs, 'log'>,
): void {
  tellEvents(events, { log })
  report('handoff.redeemed', { seconds: age })
}

/** Tells in the trail of a nonce, and in the log, that a browser did not get a session by it, and why. */
export async function tellRefused(
  hash: Buffer<ArrayBuffer>,
  reason: WhyRefused,
  device: Device,
  needs: Needs,
): Promise<void> {
  const attempt = { type: 'refused', reason, device: deviceText(device) } as const
  tellEvents(await appendAttempt(needs.db, hash, attempt), needs)
}

/** The same of another browser that comes with a spent nonce and could have spent it itself. */
export async function tellReplayed(hash: Buffer<ArrayBuffer>, device: Device, needs: Needs): Promise<void> {
  const attempt = { type: 'replayed', reason: null, device: deviceText(device) } as const
  tellEvents(await appendAttempt(needs.db, hash, attempt), needs)
}
