import { BlockList } from 'node:net'
import { expect, test } from 'vitest'
import { addressKey } from '#lib/limits/address-key.ts'

const trusted = new BlockList()
trusted.addSubnet('10.0.0.0', 8, 'ipv4')

function keyOf(peer: string, forwardedFor?: string, forwarded?: string) {
  const headers: Record<string, string | undefined> = { 'x-forwarded-for': forwardedFor, forwarded }
  return addressKey({ peer, header: (name) => headers[name] }, trusted)
}

test.each([
  ['192.0.2.7', '192.0.2.7'],
  ['::ffff:192.0.2.7', '192.0.2.7'],
  ['2001:db8::1', '2001:db8:0:0'],
  ['2001:db8:0:0:ffff::1', '2001:db8:0:0'],
  ['2001:0db8:0000:0000:1:2:3:4', '2001:db8:0:0'],
  ['2001:db8:0:1::1', '2001:db8:0:1'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2'],
])('%s counts as %s', (address, key) => {
  expect(keyOf(address)).toBe(key)
  expect(keyOf('10.0.0.1', address)).toBe(key)
})

test.each(['127.0.0.1', '::1', '192.168.1.2', '172.16.0.9', 'fd00::1', 'fe80::1%eth0', ''])(
  'nothing is counted by %s unless a trusted proxy tells it',
  (address) => expect(keyOf(address)).toBeUndefined(),
)

test('a private address that a trusted proxy tells is one', () => {
  expect(keyOf('10.0.0.1', '192.168.1.2')).toBe('192.168.1.2')
  expect(keyOf('10.0.0.1', 'fd00:1:2:3::4')).toBe('fd00:1:2:3')
})

test('a caller who adds an address of their own to what the proxy tells is counted all the same', () => {
  expect(keyOf('10.0.0.1', '192.0.2.7', 'for=198.51.100.1')).toBe('doubtful')
  expect(keyOf('10.0.0.1', '192.0.2.7', 'nonsense')).toBe('doubtful')
  expect(keyOf('10.0.0.1', '192.0.2.7', 'for=192.0.2.7')).toBe('192.0.2.7')
})

test('what a caller says of its own address counts only behind a trusted proxy', () => {
  expect(keyOf('192.0.2.7', '198.51.100.1')).toBe('192.0.2.7')
  expect(keyOf('10.0.0.1')).toBeUndefined()
})
