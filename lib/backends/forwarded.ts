import type { BlockList } from 'node:net'
import { isIPv6 } from 'node:net'
import { configuredUrl } from '#lib/config/configured-url.ts'

type Hop = {
  peer: string
  /** The caller's own `X-Forwarded-For` and `Forwarded`. */
  forwardedFor: string | undefined
  forwarded: string | undefined
  trusted: BlockList
  origin: string
}

/**
 * `Forwarded` (RFC 7239) and `X-Forwarded-*` as Baton tells them to a backend: host and scheme are those of its public origin, and
 * who called is the peer, after the chain that the peer told where the peer is a trusted proxy. Nothing of
 * who called is told where no `peer` is known.
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
  const address = peer.replace(/^::ffff:(?=\d+\.)/i, '')
  const isTold = forwardedFor !== undefined || forwarded !== undefined
  const isTrusted = isTold && trusted.check(address, isIPv6(address) ? 'ipv6' : 'ipv4')
  const told = isTrusted ? toldHops(forwardedFor, forwarded) : []
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

// One of the two is enough; where both came they tell the same, and the older one is what most proxies write.
function toldHops(forwardedFor: string | undefined, forwarded: string | undefined): string[] {
  if (forwardedFor !== undefined) return forwardedFor.split(',').map((hop) => hop.trim())
  const pairs = [...(forwarded ?? '').matchAll(/(?:^|[;,])\s*for=(?:"([^"]*)"|([^;,\s"]*))/gi)]
  return pairs.map(([, quoted, plain]) => (quoted ?? plain ?? '').replace(/^\[([^\]]*)\](:\d+)?$/, '$1'))
}

function element(hop: string, rest: string): string {
  return `for=${isIPv6(hop) ? `"[${hop}]"` : /^[\w.-]+$/.test(hop) ? hop : `"${hop}"`}${rest}`
}
