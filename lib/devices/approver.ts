import type { Config } from '#lib/config/load.ts'
import type { Approver } from '#lib/db/device-requests.ts'
import type { LiveSession } from '#lib/db/sessions.ts'
import { requireMayAsk } from '#lib/handoff/issue-nonce.ts'
import { requireMayChain, requireMayHandOver } from '#lib/handoff/may-hand-over.ts'
import { type Device, deviceText } from '#lib/sessions/device.ts'

/** A session whose person looks at a request, and from where. */
export type Approving = {
  session: LiveSession
  device: Device
  /** What its address is counted by; `undefined` where it may be many people's. */
  addressKey: string | undefined
}

/**
 * Refuses a session that may not sign another device in: to approve one is to hand the session over. Throws
 * `access_denied` for a hand-off session, unless the configuration lets it hand over again, and for a network
 * from which no hand-off may be asked for, and `unauthorized_client` for an app that may not hand over.
 */
export function requireMayApprove({ session, device }: Approving, config: Config): void {
  requireMayAsk(device, config)
  requireMayHandOver(session.clientId, null, config)
  requireMayChain(session, config)
}

/** The same for the database. */
export function approverOf({ session, device }: Approving): Approver {
  return { sid: session.id, userId: session.user.id, clientId: session.clientId, device: deviceText(device) }
}
