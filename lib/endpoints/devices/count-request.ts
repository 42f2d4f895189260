import type { Caller } from '#lib/callers/caller.ts'
import { addressKey, strangerPool } from '#lib/limits/address-key.ts'
import type { Runtime } from '#lib/runtime.ts'

/**
 * Counts a request of another device before it leaves a row: as a sign-in that is begun, and among those of
 * all strangers, as an address may be many people's. Throws `slow_down`.
 */
export async function countDeviceRequest(
  caller: Caller,
  { limits, trustedProxies }: Pick<Runtime, 'limits' | 'trustedProxies'>,
): Promise<void> {
  const address = addressKey(caller, trustedProxies)
  await limits.take('signIns', address)
  await limits.take('requestsOfStrangers', `devices ${strangerPool(address)}`)
}
