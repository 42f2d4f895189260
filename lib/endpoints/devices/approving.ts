import type { Caller } from '#lib/callers/caller.ts'
import { deviceOf } from '#lib/callers/device.ts'
import type { LiveSession } from '#lib/db/sessions.ts'
import type { Approving } from '#lib/devices/approver.ts'
import { addressKey } from '#lib/limits/address-key.ts'
import type { Runtime } from '#lib/runtime.ts'

/** A session whose person looks at what another device asks, and from where. */
export function approvingBy(
  session: LiveSession,
  caller: Caller,
  { trustedProxies }: Pick<Runtime, 'trustedProxies'>,
): Approving {
  const device = deviceOf(caller, trustedProxies)
  return { session, device, addressKey: addressKey(caller, trustedProxies) }
}
