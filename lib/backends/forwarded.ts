import type { BlockList } from 'node:net'
import { isIPv6 } from 'node:net'

type Hop = { peer: string; forwardedFor: string | undefined; trusted: BlockList; origin: string }

/**
 * `Forwarded` (RFC 7239) and `X-Forwarded-*` as Baton tells them to a backend: host and scheme are those of its public origin, and
 * who called is the peer, after the chain that the peer told where the peer is a trusted proxy. Nothing of
 * who called is told where no `peer` is known.
 */
export function forwardedHeaders({ peer, forwardedFor, trusted, origin }: Hop): Record<string, string> {
  const { host, protocol } = new URL(origin)
  const proto = protocol.replace(':', '')
  if (peer === '') return { 'x-forwarded-host': host, 'x-forwarded-proto': proto }
  const address = peer.replace(/^::ffff:(?=\d+\.)/i, '')
  const isTrusted = trusted.check(address, isIPv6(address) ? 'ipv6' : 'ipv4')
  const told = isTrusted ? (forwardedFor ?? '').split(',').map((hop) => hop.trim()) : []
  const chain = [...told.filter((hop) => /^[\w.:[\]-]+$/.test(hop)), address]
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
