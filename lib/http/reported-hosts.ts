import type { BlockList } from 'node:net'
import { callersHop } from './client-address.ts'
import { forwardedElements } from './reported-hops.ts'
import { isTrustedPeer } from './trusted-peer.ts'

type From = {
  peer: string
  /** The request's own `X-Forwarded-Host` and `Forwarded`, which count when the peer is a trusted proxy. */
  forwardedHost: string | undefined
  forwarded: string | undefined
  trusted: BlockList
}

/**
 * The hosts that a trusted proxy says a request is for, in place of its `Host`; none where it says nothing.
 * Several have to be the same. `X-Forwarded-Host` does not tell which of its values a caller has made up. Of
 * `Forwarded` the element counts that has the caller's address (RFC 7239, section 5.3).
 */
export function reportedHosts({ peer, forwardedHost, forwarded, trusted }: From): string[] {
  if ((forwardedHost ?? forwarded) === undefined || !isTrustedPeer(peer, trusted)) return []
  const elements = forwarded === undefined ? [] : forwardedElements(forwarded)
  const place = callersHop(
    elements.map(({ hop }) => hop),
    trusted,
  )
  // A proxy that writes one of the two headers may pass the caller's other one on.
  return [
    ...(forwardedHost === undefined ? [] : forwardedHost.split(',').map((host) => host.trim())),
    ...(elements[place]?.hosts ?? []),
  ]
}
