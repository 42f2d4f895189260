import { type BlockList, isIP } from 'node:net'

/**
 * A peer's address, without the prefix under which a socket of both families shows IPv4 (RFC 4291, section
 * 2.5.5.2).
 */
export function peerAddress(peer: string): string {
  const [, high, low] = /^::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})$/i.exec(peer) ?? []
  if (high === undefined || low === undefined) return peer.replace(/^::ffff:(?=\d+\.)/i, '')
  const groups = [high, low].map((group) => Number.parseInt(group, 16))
  return groups.flatMap((group) => [group >> 8, group & 0xff]).join('.')
}

/** Whether a peer is a reverse proxy of `trustedProxies`, whose word about a request is believed. */
export function isTrustedPeer(peer: string, trusted: BlockList): boolean {
  const address = peerAddress(peer)
  const family = isIP(address)
  return family !== 0 && trusted.check(address, family === 6 ? 'ipv6' : 'ipv4')
}
