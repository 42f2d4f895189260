import type { BlockList } from 'node:net'
import type { Config } from '#lib/config/load.ts'
import { addressKey } from '#lib/limits/address-key.ts'
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
export async function askerOf(caller: Caller, needs: Needs): Promise<Asker> {
  const { sessions, trustedProxies } = needs
  const token = openedCookie(caller.header('cookie'), needs)
  const held = token && sessions.held(token.sid)
  const hasEnded = held !== undefined && held.session === undefined
  if (token && !hasEnded) return { kind: 'person', name: token.sub }
  const address = addressKey(caller, trustedProxies)
  return address === undefined ? { kind: 'anybody', name: '' } : { kind: 'address', name: address }
}
