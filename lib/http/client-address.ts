import { BlockList, isIP } from 'node:net'
import { parseCidr } from '#lib/config/cidr.ts'
import { hopsOfForwarded, hopsOfForwardedFor } from './reported-hops.ts'
import { isTrustedPeer, peerAddress } from './trusted-peer.ts'

/** The address that a request comes from. */
type ClientAddress = {
  /** `undefined` where it is unknown. */
  address: string | undefined
  /**
   * Whether it tells one place from another: a public one, or one that a trusted proxy has told. Without
   * either, a private address may be everybody's.
   */
  isTold: boolean
  /** Whether the request names two addresses: a trusted proxy writes one, and the caller another. */
  isDoubtful: boolean
}

type From = {
  peer: string
  /** The request's own `X-Forwarded-For` and `Forwarded`, which count when the peer is a trusted proxy. */
  forwardedFor: string | undefined
  forwarded: string | undefined
  trusted: BlockList
}

const unknown: ClientAddress = { address: undefined, isTold: false, isDoubtful: false }

/**
 * Where a request comes from: the nearest address that is no trusted proxy. It is unknown where a trusted
 * proxy does not tell it, and where the peer seems to be a proxy that is not trusted.
 */
export function clientAddress({ peer, forwardedFor, forwarded, trusted }: From): ClientAddress {
  const own = peerAddress(peer)
  const isForwarded = forwardedFor !== undefined || forwarded !== undefined
  if (own === '' || (!isTrustedPeer(own, trusted) && isLocal(own) && isForwarded)) return unknown
  if (!isTrustedPeer(own, trusted)) return { address: own, isTold: !isLocal(own), isDoubtful: false }
  // A proxy that writes one of the two headers may pass the caller's other one on.
  const named = [
    ...(forwardedFor === undefined ? [] : [nearest(hopsOfForwardedFor(forwardedFor), trusted)]),
    ...(forwarded === undefined ? [] : [nearest(hopsOfForwarded(forwarded), trusted)]),
  ]
  const [address] = named
  if (named.some((other) => other !== address)) return { ...unknown, isDoubtful: true }
  return address === undefined ? unknown : { address, isTold: true, isDoubtful: false }
}

function nearest(hops: string[], trusted: BlockList): string | undefined {
  const address = hops[callersHop(hops, trusted)]
  const plain = address && plainAddress(address)
  return plain && isIP(plain) !== 0 ? plain : undefined
}

/** The place of the nearest hop that is no trusted proxy, or of the farthest where all are. */
export function callersHop(hops: string[], trusted: BlockList): number {
  return Math.max(
    0,
    hops.findLastIndex((hop) => !isTrustedPeer(plainAddress(hop), trusted)),
  )
}

/** Whether two addresses are of one network: the same /24, for IPv6 the same /64; all loopback ones are. */
export function isSameNetwork(one: string, other: string): boolean {
  if (isLoopback(one) && isLoopback(other)) return true
  const family = isIP(one)
  if (family === 0 || family !== isIP(other)) return false
  const network = new BlockList()
  if (family === 4) network.addSubnet(one, 24, 'ipv4')
  else network.addSubnet(one, 64, 'ipv6')
  return isIn(other, network)
}

/** Whether an address is of the machine itself. */
export function isLoopback(address: string): boolean {
  return isIn(address, loopback)
}

/** Whether an address is in one of these networks (addresses or CIDR ranges). */
export function isWithin(address: string, networks: readonly string[]): boolean {
  const list = new BlockList()
  for (const network of networks) parseCidr(network, list)
  return isIn(address, list)
}

const loopback = listOf('127.0.0.0/8', '::1')
// RFC 1918, RFC 6598, RFC 3927, RFC 4193 and RFC 4291.
const local = listOf(
  ...['127.0.0.0/8', '10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '100.64.0.0/10', '169.254.0.0/16'],
  ...['::1', 'fc00::/7', 'fe80::/10'],
)

function isLocal(address: string): boolean {
  return isIP(address) === 0 || isIn(address, local)
}

function isIn(address: string, list: BlockList): boolean {
  const family = isIP(address)
  return family !== 0 && list.check(address, family === 6 ? 'ipv6' : 'ipv4')
}

function listOf(...networks: string[]): BlockList {
  const list = new BlockList()
  for (const network of networks) parseCidr(network, list)
  return list
}

// Some proxies tell the caller's port as well.
function plainAddress(hop: string): string {
  const [, bracketed, plain] = /^\[([^\]]+)\](?::\d+)?$|^(\d+\.\d+\.\d+\.\d+):\d+$/.exec(hop) ?? []
  return peerAddress(bracketed ?? plain ?? hop)
}
