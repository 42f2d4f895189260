import type { ServerResponse } from 'node:http'
import { createServer } from 'node:http'
import { type AddressInfo, BlockList } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import { identifiedResponse } from '#lib/http/request-id.ts'
import { isTrustedPeer } from '#lib/http/trusted-peer.ts'
import { httpCall } from '../../support/clients/http-call.ts'
import { ownId } from '../../support/own-id.ts'

let close = () => {}
afterEach(() => close())

/** What the response carries, and the request's own id, when `answer` answers. */
async function answeredBy(answer: (res: ServerResponse) => void) {
  let seen: unknown
  const server = createServer(
    { ServerResponse: identifiedResponse(new BlockList(), AbortSignal.any([])) },
    (req, res) => {
      seen = req.headers['x-request-id']
      answer(res)
    },
  ).listen(0, '127.0.0.1')
  close = () => server.close()
  await new Promise((listening) => server.once('listening', listening))
  const { port } = server.address() as AddressInfo
  const { status, headers, rawHeaders } = await httpCall(`http://127.0.0.1:${port}`, '/', {
    headers: { 'x-request-id': 'of-the-caller' },
  })
  const ids = rawHeaders.filter((_, index) => rawHeaders[index - 1]?.toLowerCase() === 'x-request-id')
  return { status, headers, ids, seen }
}

test.each<[how: string, answer: (res: ServerResponse) => void]>([
  ['without a word of headers', (res) => void res.setHeader('X-A', 'b').end()],
  ['with an object', (res) => void res.writeHead(200, { 'X-A': 'b' }).end()],
  ['with a list', (res) => void res.writeHead(200, ['X-A', 'b']).end()],
  ['with a list and a reason', (res) => void res.writeHead(200, 'Fine', ['X-A', 'b']).end()],
  ['with a reason', (res) => void res.setHeader('X-A', 'b').writeHead(200, 'Fine').end()],
  ['after another id was set', (res) => void res.setHeader('x-request-id', 'c').setHeader('X-A', 'b').end()],
  [
    'after all headers were removed',
    (res) => {
      for (const name of res.setHeader('x-c', 'd').getHeaderNames()) res.removeHeader(name)
      res.setHeader('X-A', 'b').end()
    },
  ],
])('an answer that is written %s has the id of its request, once', async (_, answer) => {
  const { status, headers, ids, seen } = await answeredBy(answer)
  expect([status, headers['x-a']]).toEqual([200, 'b'])
  expect(ids).toEqual([expect.stringMatching(ownId)])
  expect(ids).toEqual([seen])
})

test.each<[peer: string, isTrusted: boolean]>([
  ['10.1.2.3', true],
  ['::ffff:10.1.2.3', true],
  ['2001:db8::7', true],
  ['192.0.2.7', false],
  ['2001:db9::7', false],
  ['', false],
  ['not an address', false],
])('of %j it is %s that a proxy of 10.0.0.0/8 and 2001:db8::/32 has this address', (peer, isTrusted) => {
  const trusted = new BlockList()
  trusted.addSubnet('10.0.0.0', 8, 'ipv4')
  trusted.addSubnet('2001:db8::', 32, 'ipv6')
  expect(isTrustedPeer(peer, trusted)).toBe(isTrusted)
})
