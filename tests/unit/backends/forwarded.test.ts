import { BlockList } from 'node:net'
import { expect, test } from 'vitest'
import { forwardedHeaders } from '#lib/backends/forwarded.ts'
import { parseCidr } from '#lib/config/cidr.ts'

const origin = 'https://baton.example.org'

function told(peer: string, forwardedFor?: string, networks: string[] = [], forwarded?: string) {
  const trusted = new BlockList()
  for (const network of networks) parseCidr(network, trusted)
  return forwardedHeaders({ peer, forwardedFor, forwarded, trusted, origin })
}

test('host and scheme are those of the public origin', () => {
  expect(told('192.0.2.7')).toEqual({
    'x-forwarded-for': '192.0.2.7',
    'x-forwarded-host': 'baton.example.org',
    'x-forwarded-proto': 'https',
    forwarded: 'for=192.0.2.7;host="baton.example.org";proto=https',
  })
})

test.each<[peer: string, networks: string[], chain: string]>([
  // nobody is trusted unless named
  ['192.0.2.7', [], '192.0.2.7'],
  ['192.0.2.7', ['10.0.0.0/8'], '192.0.2.7'],
  ['192.0.2.7', ['192.0.2.8'], '192.0.2.7'],
  ['2001:db8::1', ['2001:db8:1::/48'], '2001:db8::1'],
  ['::ffff:192.0.2.7', ['10.0.0.0/8'], '192.0.2.7'],
  // named ones are
  ['10.1.2.3', ['10.0.0.0/8'], '203.0.113.9, 10.1.2.3'],
  ['192.0.2.7', ['192.0.2.7'], '203.0.113.9, 192.0.2.7'],
  ['::ffff:10.1.2.3', ['10.0.0.0/8'], '203.0.113.9, 10.1.2.3'],
  ['::FFFF:10.1.2.3', ['10.0.0.0/8'], '203.0.113.9, 10.1.2.3'],
  ['2001:db8::1', ['2001:db8::/32'], '203.0.113.9, 2001:db8::1'],
  ['::1', ['::1'], '203.0.113.9, ::1'],
])('a caller told by %s is believed only if it is among %j', (peer, networks, chain) => {
  expect(told(peer, '203.0.113.9', networks)['x-forwarded-for']).toBe(chain)
})

test('a trusted proxy’s chain is kept in order, and of IPv6 and ports the syntax of RFC 7239', () => {
  const { forwarded } = told('10.1.2.3', '2001:db8::9, 198.51.100.2:4711, [::1]:80', ['10.0.0.0/8'])
  expect(forwarded).toBe(
    'for="[2001:db8::9]";host="baton.example.org";proto=https, ' +
      'for="198.51.100.2:4711", for="[::1]:80", for=10.1.2.3',
  )
})

test.each(['a"b', 'a;b', 'a b', 'a=b', 'x\\', '', '<script>', 'a\r\nb'])(
  'of a trusted proxy’s chain a hop that is no address or name is left out: %j',
  (hop) => {
    const headers = told('10.1.2.3', `203.0.113.9, ${hop}`, ['10.0.0.0/8'])
    expect(headers['x-forwarded-for']).toBe('203.0.113.9, 10.1.2.3')
    expect(headers.forwarded).toBe('for=203.0.113.9;host="baton.example.org";proto=https, for=10.1.2.3')
  },
)

test('a trusted proxy that tells no chain is the caller', () => {
  expect(told('10.1.2.3', undefined, ['10.0.0.0/8'])['x-forwarded-for']).toBe('10.1.2.3')
})

test.each(['', 'fe80::1%eth0'])('a peer without a plain address is told without a fault: "%s"', (peer) => {
  expect(told(peer, '203.0.113.9', ['10.0.0.0/8', 'fe80::/10'])['x-forwarded-host']).toBe('baton.example.org')
})
