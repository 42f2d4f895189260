import type { BlockList } from 'node:net'
import { isIPv6 } from 'node:net'
import { clientAddress } from '#lib/http/client-address.ts'

/** What of a caller tells where the call comes from. */
export type From = { peer?: string | undefined; header(name: string): string | undefined }

/**
 * The key under which a caller's address is counted: the address, of IPv6 its /64. `undefined` for one that
 * may be many people's: it is unknown, or private and told by no trusted proxy. Callers of whom two headers
 * name different addresses have one key together.
 */
export function addressKey({ peer = '', header }: From, trusted: BlockList): string | undefined {
  const { address, isTold, isDoubtful } = clientAddress({
    peer,
    forwardedFor: header('x-forwarded-for'),
    forwarded: header('forwarded'),
    trusted,
  })
  // Whoever adds a second header of addresses is counted with all who do, or nothing would be counted.
  if (isDoubtful) return 'doubtful'
  if (address === undefined || !isTold) return undefined
  return isIPv6(address) ? networkOf(address) : address
}

// The first 64 bits, as `URL` writes an address: in its shortest form, which has one spelling.
function networkOf(address: string): string {
  const { hostname } = new URL(`http://[${address.replace(/%.*/, '')}]`)
  const [before = '', after] = hostname.slice(1, -1).split('::')
  const groups = before === '' ? [] : before.split(':')
  const rest = after === undefined || after === '' ? [] : after.split(':')
  const zeros = after === undefined ? [] : Array<string>(8 - groups.length - rest.length).fill('0')
  return [...groups, ...zeros, ...rest].slice(0, 4).join(':')
}

/** Whom a stranger shares a count with: those of whom nothing is known cannot use up what the others need. */
export function strangerPool(address: string | undefined): string {
  return address === undefined ? 'unknown' : 'known'
}
