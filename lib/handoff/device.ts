import { z } from 'zod'
import type { HandoffConfig } from '#lib/config/handoff.ts'
import { isLoopback, isSameNetwork } from '#lib/http/client-address.ts'

const schema = z.object({
  browser: z.string().nullable(),
  system: z.string().nullable(),
  address: z.string().nullable(),
  isTold: z.boolean(),
  isDoubtful: z.boolean(),
})

/**
 * What runs on one side of a hand-off, as its request shows it: browser, operating system and address, `null`
 * where unknown. `isTold` says whether the address tells one place from another, `isDoubtful` that the
 * request names two.
 */
export type Device = z.output<typeof schema>

/** Whether two devices are in one network, as far as that can be told. */
export type Network = 'same' | 'other' | 'unknown'

/** A device as text for the database. */
export function deviceText(device: Device): string {
  return JSON.stringify(device)
}

/** The device of such a text; `undefined` where there is none. */
export function deviceOfText(text: string | null): Device | undefined {
  return text === null ? undefined : schema.parse(JSON.parse(text))
}

/** Whether both sides are in one network. On the machine that Baton itself runs on, they are. */
export function networkOf(source: Device | undefined, target: Device | undefined): Network {
  if (!source?.address || !target?.address) return 'unknown'
  if (isLoopback(source.address) && isLoopback(target.address)) return 'same'
  if (!source.isTold || !target.isTold) return 'unknown'
  return isSameNetwork(source.address, target.address) ? 'same' : 'other'
}

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

/** Whether a nonce is redeemed only after a look at where its source was. */
export function looksAtDistance({ binding, proximity }: HandoffConfig): boolean {
  return binding === 'ip' || proximity === 'same-network'
}
