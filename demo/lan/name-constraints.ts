import { isIPv4 } from 'node:net'
import { Extension } from '@peculiar/x509'

/** Networks that nobody on the internet is in (RFC 1918, 3927; loopback). */
const privateNetworks = ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '169.254.0.0/16', '127.0.0.0/8']
const localNames = ['localhost', 'local']

/**
 * What an authority may vouch for (RFC 5280, section 4.2.1.10): names and addresses of networks like this,
 * and this machine's own. With it, a key that gets lost is worth nothing against anybody's bank.
 */
export function nameConstraints(names: readonly string[]): Extension {
  const permitted = [...privateNetworks, ...localNames, ...names].map(subtree)
  const value = der(0x30, der(0xa0, ...permitted))
  return new Extension('2.5.29.30', true, new Uint8Array(value))
}

/** Whether an authority with these constraints may vouch for a name. */
export function mayVouchFor(name: string, constraints: ArrayBuffer): boolean {
  if (name === 'localhost' || name.endsWith('.local')) return true
  if (isIPv4(name) && privateNetworks.some((network) => isWithin(name, network))) return true
  return Buffer.from(constraints).includes(subtree(name))
}

// A GeneralSubtree with a dNSName, or an iPAddress and its mask.
function subtree(name: string): Buffer {
  const [address = '', bits = '32'] = name.split('/')
  if (!isIPv4(address)) return der(0x30, der(0x82, Buffer.from(name, 'latin1')))
  const bytes = Buffer.alloc(8)
  bytes.writeUInt32BE(numberOf(address), 0)
  bytes.writeUInt32BE(maskOf(Number(bits)), 4)
  return der(0x30, der(0x87, bytes))
}

// Short forms alone: the longest content here has a length of two bytes.
function der(tag: number, ...contents: Buffer[]): Buffer {
  const content = Buffer.concat(contents)
  const { length } = content
  const head = length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff]
  return Buffer.concat([Buffer.from([tag, ...head]), content])
}

function isWithin(address: string, network: string): boolean {
  const [base = '', bits] = network.split('/')
  const mask = maskOf(Number(bits))
  return (numberOf(address) & mask) >>> 0 === (numberOf(base) & mask) >>> 0
}

function numberOf(address: string): number {
  return address.split('.').reduce((number, part) => number * 256 + Number(part), 0)
}

function maskOf(bits: number): number {
  return bits === 0 ? 0 : (0xffffffff << (32 - bits)) >>> 0
}
