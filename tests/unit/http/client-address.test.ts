import { BlockList } from 'node:net'
import { expect, test } from 'vitest'
import { parseCidr } from '#lib/config/cidr.ts'
import { clientAddress, isSameNetwork, isWithin } from '#lib/http/client-address.ts'

const trusted = new BlockList()
for (const cidr of ['10.0.0.0/8', 'fd00::/8']) parseCidr(cidr, trusted)

const from = (peer: string, forwardedFor?: string, forwarded?: string) =>
  clientAddress({ peer, forwardedFor, forwarded, trusted })

const unknown = { address: undefined, isTold: false, isDoubtful: false }
const doubtful = { ...unknown, isDoubtful: true }
const told = (address: string) => ({ address, isTold: true, isDoubtful: false })
const untold = (address: string) => ({ address, isTold: false, isDoubtful: false })

test.each<[what: string, ...Parameters<typeof from>, expected: object]>([
  ['no peer', '', undefined, undefined, unknown],
  ['a public peer', '192.0.2.1', undefined, undefined, told('192.0.2.1')],
  ['a public peer that forwards', '192.0.2.1', '198.51.100.1', undefined, told('192.0.2.1')],
  ['a local proxy that is not trusted', '127.0.0.1', '198.51.100.1', undefined, unknown],
  ['another one', '192.168.1.4', undefined, 'for=198.51.100.1', unknown],
  ['two headers that agree', '10.0.0.1', '198.51.100.1', 'for=198.51.100.1', told('198.51.100.1')],
  ["a caller's header beside a proxy's", '10.0.0.1', '203.0.113.9', 'for=198.51.100.1', doubtful],
  [
    'a quote that is never closed',
    '10.0.0.1',
    undefined,
    'for=", for="[2001:db8::1]:80"',
    told('2001:db8::1'),
  ],
  [
    'a comma in quotes',
    '10.0.0.1',
    undefined,
    'for="1.2.3.4, 5.6.7.8", for=198.51.100.1',
    told('198.51.100.1'),
  ],
  ['an element without an address', '10.0.0.1', undefined, 'for=198.51.100.1, proto=https', unknown],
  [
    'a caller who names a proxy of its own',
    '10.0.0.1',
    '203.0.113.77, 10.0.0.1',
    'for=198.51.100.1, for=10.0.0.1',
    doubtful,
  ],
  ['loopback', '127.0.0.1', undefined, undefined, untold('127.0.0.1')],
  ['loopback of IPv6', '::1', undefined, undefined, untold('::1')],
  ['a private peer', '192.168.1.4', undefined, undefined, untold('192.168.1.4')],
  ['a mapped private peer', '::ffff:192.168.1.4', undefined, undefined, untold('192.168.1.4')],
  ['a link-local peer', 'fe80::1', undefined, undefined, untold('fe80::1')],
  ['a proxy that says nothing', '10.0.0.1', undefined, undefined, unknown],
  ['a proxy', '10.0.0.1', '198.51.100.1', undefined, told('198.51.100.1')],
  ['a mapped proxy', '::ffff:10.0.0.1', '198.51.100.1', undefined, told('198.51.100.1')],
  [
    'what the caller made up before it',
    '10.0.0.1',
    '203.0.113.9, 198.51.100.1',
    undefined,
    told('198.51.100.1'),
  ],
  ['two proxies', '10.0.0.1', '198.51.100.1, 10.9.9.9', undefined, told('198.51.100.1')],
  ['proxies alone', '10.0.0.1', '10.1.1.1, 10.2.2.2', undefined, told('10.1.1.1')],
  ['a private address that a proxy tells', '10.0.0.1', '192.168.1.4', undefined, told('192.168.1.4')],
  ['a port', '10.0.0.1', '198.51.100.1:4711', undefined, told('198.51.100.1')],
  ['brackets and a port', '10.0.0.1', '[2001:db8::1]:4711', undefined, told('2001:db8::1')],
  ['an unknown hop', '10.0.0.1', 'unknown', undefined, unknown],
  ['an obfuscated hop', '10.0.0.1', undefined, 'for=_hidden', unknown],
  ['an unknown hop behind a known one', '10.0.0.1', '198.51.100.1, unknown', undefined, unknown],
  ['Forwarded', '10.0.0.1', undefined, 'for="[2001:db8::1]:80";proto=https', told('2001:db8::1')],
  ['a mapped hop', '10.0.0.1', '::ffff:198.51.100.1', undefined, told('198.51.100.1')],
  ['a mapped hop in hexadecimal', '10.0.0.1', '::ffff:c633:6401', undefined, told('198.51.100.1')],
  ['nothing at all', '10.0.0.1', '', undefined, unknown],
])('where a request comes from: %s', (_, peer, forwardedFor, forwarded, expected) => {
  expect(from(peer, forwardedFor, forwarded)).toEqual(expected)
})

test.each([
  ['192.0.2.1', '192.0.2.254', true],
  ['192.0.2.1', '192.0.3.1', false],
  ['2001:db8:0:1::1', '2001:db8:0:1:ffff::1', true],
  ['2001:db8:0:1::1', '2001:db8:0:2::1', false],
  ['127.0.0.1', '127.9.9.9', true],
  ['127.0.0.1', '::1', true],
  ['127.0.0.1', '192.0.2.1', false],
  ['192.0.2.1', '::ffff:198.51.100.1', false],
  ['unknown', 'unknown', false],
  ['192.0.2.1', '', false],
])('%s and %s are in one network: %s', (one, other, same) => {
  expect(isSameNetwork(one, other)).toBe(same)
  expect(isSameNetwork(other, one)).toBe(same)
})

test('an address is in one of several networks, or in none', () => {
  const networks = ['192.0.2.0/24', '2001:db8::/32', '198.51.100.7']
  for (const inside of ['192.0.2.9', '2001:db8:1::1', '198.51.100.7'])
    expect(isWithin(inside, networks)).toBe(true)
  for (const outside of ['192.0.3.9', '2001:db9::1', '198.51.100.8', 'x', ''])
    expect(isWithin(outside, networks)).toBe(false)
})
