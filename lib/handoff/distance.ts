import type { HandoffConfig } from '#lib/config/handoff.ts'
import type { Device } from '#lib/sessions/device.ts'
import { networkOf } from '#lib/sessions/network.ts'

/**
 * What speaks against redeeming a nonce of `source` at `target`: `far` is the rule `proximity`, `unbound` the
 * rule `binding: ip`. `undefined` for nothing.
 */
export function distanceFault(
  source: Device | undefined,
  target: Device,
  { binding, proximity }: Pick<HandoffConfig, 'binding' | 'proximity'>,
): 'far' | 'unbound' | undefined {
  const network = networkOf(source, target)
  const areTold = source?.isTold === true && target.isTold
  if (binding === 'ip' && !(areTold && network === 'same')) return 'unbound'
  if (proximity !== 'same-network') return undefined
  // Who names two addresses hides one.
  return network === 'other' || source?.isDoubtful || target.isDoubtful ? 'far' : undefined
}

/** What the trail of a nonce says of such a fault. */
export const whyFar = { far: 'other_network', unbound: 'other_address' } as const

/** Whether a nonce is redeemed only after a look at where its source was. */
export function looksAtDistance({ binding, proximity }: HandoffConfig): boolean {
  return binding === 'ip' || proximity === 'same-network'
}
