import { type BlockList, isIPv6 } from 'node:net'
import { configuredUrl } from '#lib/config/configured-url.ts'
import { reportedHops } from '#lib/http/reported-hops.ts'
import { isTrustedPeer, peerAddress } from '#lib/http/trusted-peer.ts'

type Hop = {
  peer: string
  /** The caller's own `X-Forwarded-For` and `Forwarded`. */
  forwardedFor: string | undefined
  forwarded: string | undefined
  trusted: BlockList
  origin: string
}

const lastOf = new WeakMap<object, Hop & { lines: Record<string, string> }>()

/**
 * `forwardedHeaders` of a call on this connection: its calls mostly come from one place, and to compare is
 * cheaper than to write the lines anew.
 */
export function forwardedOn(connection: object | undefined, hop: Hop): Record<string, string> {
  const last = connection && lastOf.get(connection)
  if (last && last.forwardedFor === hop.forwardedFor && last.forwarded === hop.forwarded) return last.lines
  const lines = forwardedHeaders(hop)
  if (connection) lastOf.set(connection, { ...hop, lines })
  return lines
}

/**
 * `Forwarded` (RFC 7239) and `X-Forwarded-*` for a backend: the host and scheme of Baton's public origin, and
 * the peer's address. If the peer is a trusted proxy, the addresses that it reports come first. Without a
 * `peer`, no address is sent.
 *
 * @internal For tests.
 */
export function forwardedHeaders({
  peer,
  forwardedFor,
  forwarded,
  trusted,
  origin,
}: Hop): Record<string, string> {
  const { host, protocol } = configuredUrl(origin)
  const proto = protocol.replace(':', '')
  if (peer === '') return { 'x-forwarded-host': host, 'x-forwarded-proto': proto }
  const isReported = forwardedFor !== undefined || forwarded !== undefined
  const reported = isReported && isTrustedPeer(peer, trusted) ? reportedHops(forwardedFor, forwarded) : []
  const chain = [...reported.filter((hop) => /^[\w.:[\]-]+$/.test(hop)), peerAddress(peer)]
  return {
    'x-forwarded-for': chain.join(', '),
    'x-forwarded-host': host,
    'x-forwarded-proto': proto,
    forwarded: chain
      .map((hop, index) => element(hop, index === 0 ? `;host="${host}";proto=${proto}` : ''))
      .join(', '),
  }
}

function element(hop: string, rest: string): string {
  return `for=${isIPv6(hop) ? `"[${hop}]"` : /^[\w.-]+$/.test(hop) ? hop : `"${hop}"`}${rest}`
}
