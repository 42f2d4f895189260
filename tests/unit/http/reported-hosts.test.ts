import { BlockList } from 'node:net'
import { expect, test } from 'vitest'
import { parseCidr } from '#lib/config/cidr.ts'
import { reportedHosts } from '#lib/http/reported-hosts.ts'

const trusted = new BlockList()
for (const cidr of ['10.0.0.0/8', 'fd00::/8']) parseCidr(cidr, trusted)

const proxy = '10.0.0.1'

test.each<
  [what: string, peer: string, forwardedHost: string | undefined, forwarded: string | undefined, string[]]
>([
  ['anybody', '192.0.2.1', 'a.test', 'host=a.test', []],
  ['nobody', '', 'a.test', undefined, []],
  ['a proxy that says nothing', proxy, undefined, undefined, []],
  ['a proxy', proxy, 'a.test', undefined, ['a.test']],
  ['a mapped proxy', '::ffff:10.0.0.1', 'a.test:8443', undefined, ['a.test:8443']],
  ['a proxy of IPv6', 'fd00::7', '[::1]:3000', undefined, ['[::1]:3000']],
  ['a proxy that adds its own', proxy, 'evil.test, a.test', undefined, ['evil.test', 'a.test']],
  ['a proxy that says an empty one', proxy, '', undefined, ['']],
  ['Forwarded', proxy, undefined, 'for=192.0.2.1;host=a.test;proto=https', ['a.test']],
  ['Forwarded without an address', proxy, undefined, 'proto=https; Host="a.test:8443"', ['a.test:8443']],
  ['Forwarded with IPv6', proxy, undefined, 'for="[2001:db8::1]:80";host="[::1]:3000"', ['[::1]:3000']],
  ['Forwarded without a host', proxy, undefined, 'for=192.0.2.1;proto=https', []],
  ['Forwarded with two hosts', proxy, undefined, 'host=a.test;host=b.test', ['a.test', 'b.test']],
  ['a host within a quoted address', proxy, undefined, 'for="_x;host=b.test";host=a.test', ['a.test']],
  ['an element of the caller', proxy, undefined, 'host=evil.test, for=192.0.2.1;host=a.test', ['a.test']],
  ['a quote of the caller', proxy, undefined, 'host=", for=192.0.2.1;host=a.test', ['a.test']],
  ['a caller without a host', proxy, undefined, 'host=evil.test, for=192.0.2.1', []],
  [
    'two proxies, the nearer one asked by another name',
    proxy,
    undefined,
    'for=192.0.2.1;host=a.test, for=10.9.9.9;host=inner',
    ['a.test'],
  ],
  ['both headers', proxy, 'a.test', 'for=192.0.2.1;host=b.test', ['a.test', 'b.test']],
])('the host that a request is for, as told by %s', (_, peer, forwardedHost, forwarded, hosts) => {
  expect(reportedHosts({ peer, forwardedHost, forwarded, trusted })).toEqual(hosts)
})
