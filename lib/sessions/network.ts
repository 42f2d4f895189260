import { isLoopback, isSameNetwork } from '#lib/http/client-address.ts'
import type { Device } from './device.ts'

/** Whether two devices are in one network, as far as that can be told. */
export type Network = 'same' | 'other' | 'unknown'

/** Whether both are in one network. On the machine that Baton itself runs on, they are. */
export function networkOf(one: Device | undefined, other: Device | undefined): Network {
  if (!one?.address || !other?.address) return 'unknown'
  if (isLoopback(one.address) && isLoopback(other.address)) return 'same'
  if (!one.isTold || !other.isTold) return 'unknown'
  return isSameNetwork(one.address, other.address) ? 'same' : 'other'
}
