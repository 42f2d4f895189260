import { hostname, networkInterfaces } from 'node:os'

/** The names and addresses by which this machine may be called; its addresses in the network come first. */
export function namesOfThisMachine(): string[] {
  const addresses = Object.values(networkInterfaces())
    .flatMap((all) => all ?? [])
    .filter(({ family }) => family === 'IPv4')
    .toSorted((a, b) => rank(a.address, a.internal) - rank(b.address, b.internal))
    .map(({ address }) => address)
  const name = hostname().toLowerCase()
  const names = /^[a-z0-9-]+(\.[a-z0-9-]+)*$/.test(name) ? [name, `${name.split('.')[0]}.local`] : []
  return [...new Set([...addresses, ...names, 'localhost'])]
}

// A phone is in the network of a home or an office more often than in that of a virtual machine.
function rank(address: string, isInternal: boolean): number {
  if (isInternal) return 3
  if (address.startsWith('192.168.')) return 0
  return /^(10|172\.(1[6-9]|2\d|3[01]))\./.test(address) ? 1 : 2
}
