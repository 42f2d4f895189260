import { BlockList, isIP } from 'node:net'

/** Adds one CIDR range or single address to a list of networks; `undefined` when the text is neither. */
export function parseCidr(value: string, list = new BlockList()): BlockList | undefined {
  const [network = '', prefix, ...more] = value.split('/')
  if (more.length > 0) return undefined
  const family = isIP(network)
  if (family === 0) return undefined
  const type = family === 4 ? 'ipv4' : 'ipv6'
  if (prefix === undefined) {
    list.addAddress(network, type)
    return list
  }
  if (!/^\d{1,3}$/.test(prefix) || Number(prefix) > (family === 4 ? 32 : 128)) return undefined
  list.addSubnet(network, Number(prefix), type)
  return list
}
