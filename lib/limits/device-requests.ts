import type { BlockList } from 'node:net'
import { addressKey, type From, strangerPool } from './address-key.ts'
import type { Limits } from './limits.ts'

type Needs = { limits: Limits; trustedProxies: BlockList }

/**
 * Counts a request of another device before it leaves a row: as a sign-in that is begun, and among those of
 * all strangers, as an address may be many people's. Throws `slow_down`.
 */
export async function countDeviceRequest(caller: From, { limits, trustedProxies }: Needs): Promise<void> {
  const address = addressKey(caller, trustedProxies)
  await limits.take('signIns', address)
  await limits.take('requestsOfStrangers', poolOf(address))
}

/** Gives that back of a request that has left no row. Never rejects. */
export function giveBackRow(caller: From, { limits, trustedProxies }: Needs): Promise<void> {
  return limits.giveBack('requestsOfStrangers', poolOf(addressKey(caller, trustedProxies)))
}

/** Gives all of it back of a request that has ended in a sign-in. Never rejects. */
export async function giveBackSignIn(caller: From, needs: Needs): Promise<void> {
  await needs.limits.giveBack('signIns', addressKey(caller, needs.trustedProxies))
  await giveBackRow(caller, needs)
}

function poolOf(address: string | undefined): string {
  return `devices ${strangerPool(address)}`
}
