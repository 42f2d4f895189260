import { type BlockList, isIP } from 'node:net'

/**
 * A peer's address, without the prefix under which a socket of both families shows IPv4 (RFC 4291, section
 * 2.5.5.2).
 */
export function peerAddress(peer: string): string {
  return peer.replace(/^::ffff:(?=\d+\.)/i, '')
}

/** Whether a peer is a reverse proxy of `trustedProxies`, whose word about a request is believed. */
export function isTrustedPeer(peer: string, trusted: BlockList): boolean {
  const address = peerAddress(peer)
  const family = isIP(address)
  return family !== 0 && trusted.check(address, family === 6 ? 'ipv6' : 'ipv4')
}
