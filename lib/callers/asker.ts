import { type BlockList, isIPv6 } from 'node:net'
import type { Config } from '#lib/config/load.ts'
import { clientAddress } from '#lib/http/client-address.ts'
import type { SessionCache } from '#lib/sessions/session-cache.ts'
import type { Caller } from './caller.ts'
import { openedCookie } from './opened-cookie.ts'

/**
 * Who asks for something that is shared out: a person, a stranger's address (of IPv6 its /64), or `anybody`
 * whose address may be many people's.
 */
export type Asker = { kind: 'person' | 'address' | 'anybody'; name: string }

type Needs = { config: Config; sessions: SessionCache; trustedProxies: BlockList }

/** Who asks, as far as that is cheap to know: no query is made for it. */
export async function askerOf({ header, peer = '' }: Caller, needs: Needs): Promise<Asker> {
  const { sessions, trustedProxies } = needs
  const token = await openedCookie(header('cookie'), needs)
  const held = token && sessions.held(token.sid)
  const hasEnded = held !== undefined && held.session === undefined
  if (token && !hasEnded) return { kind: 'person', name: token.sub }
  const { address, isTold } = clientAddress({
    peer,
    forwardedFor: header('x-forwarded-for'),
    forwarded: header('forwarded'),
    trusted: trustedProxies,
  })
  if (address === undefined || !isTold) return { kind: 'anybody', name: '' }
  return { kind: 'address', name: isIPv6(address) ? networkOf(address) : address }
}

// The first 64 bits, as `URL` writes an address: in its shortest form, which has one spelling.
function networkOf(address: string): string {
  const { hostname } = new URL(`http://[${address.replace(/%.*/, '')}]`)
  const [before = '', after = ''] = hostname.slice(1, -1).split('::')
  const first = before === '' ? [] : before.split(':')
  const last = after === '' ? [] : after.split(':')
  const zeros = Array<string>(8 - first.length - last.length).fill('0')
  return [...first, ...zeros, ...last].slice(0, 4).join(':')
}
