import { expect } from 'vitest'
import type { Setup } from '../../support/stage.ts'
import { perFile } from '../../support/test.ts'
import { echo, type ProxyCalls, type Seen, test } from '../../support/test-proxy.ts'

/** Tests in which the loopback address is a trusted proxy; elsewhere nothing in front is believed. */
const behind = test.extend('setup', perFile, {
  config: (partners) => partners.config({ trustedProxies: ['10.0.0.0/8', '127.0.0.0/8'] }),
} satisfies Setup)

async function seenHeaders(proxy: ProxyCalls, headers: Record<string, string | string[]>) {
  return (await proxy.call(echo, { headers })).json<Seen>().headers
}

test('a backend gets the address of the caller and the public host and scheme', async ({ proxy, host }) => {
  expect(await seenHeaders(proxy, {})).toMatchObject({
    'x-forwarded-for': '127.0.0.1',
    'x-forwarded-host': host,
    'x-forwarded-proto': 'http',
    forwarded: `for=127.0.0.1;host="${host}";proto=http`,
  })
})

test('what a caller that is no trusted proxy says of where it comes from is not passed on', async ({
  proxy,
}) => {
  const headers = await seenHeaders(proxy, {
    forwarded: 'for=203.0.113.7;host=evil.example;proto=https',
    'x-forwarded-for': '203.0.113.7',
    'x-forwarded-host': 'evil.example',
    'x-forwarded-proto': 'https',
    'x-forwarded-port': '444',
    'x-forwarded-prefix': '/evil',
    'x-forwarded-server': 'evil.example',
    'x-forwarded-user': 'root',
  })
  expect(JSON.stringify(headers)).not.toMatch(/203\.0\.113\.7|evil|"444"|https|root/)
  expect(headers['x-forwarded-for']).toBe('127.0.0.1')
})

behind(
  'what a trusted proxy says of who called is passed on, its own address after it',
  async ({ proxy, host }) => {
    const headers = await seenHeaders(proxy, { 'x-forwarded-for': '203.0.113.7, 10.1.2.3' })
    expect(headers['x-forwarded-for']).toBe('203.0.113.7, 10.1.2.3, 127.0.0.1')
    expect(headers.forwarded).toBe(`for=203.0.113.7;host="${host}";proto=http, for=10.1.2.3, for=127.0.0.1`)
  },
)

behind('the id that a trusted proxy gave a request goes both ways', async ({ proxy }) => {
  const answer = await proxy.call(echo, { headers: { 'x-request-id': 'of-the-proxy' } })
  expect(answer.headers['x-request-id']).toBe('of-the-proxy')
  expect(answer.json<Seen>().headers['x-request-id']).toBe('of-the-proxy')
})

behind('addresses of IPv6 are written as each of the two headers wants them', async ({ proxy }) => {
  const headers = await seenHeaders(proxy, { 'x-forwarded-for': '2001:db8::1' })
  expect(headers['x-forwarded-for']).toBe('2001:db8::1, 127.0.0.1')
  expect(headers.forwarded).toMatch(/^for="\[2001:db8::1\]";/)
})

behind('a trusted proxy that says who called by Forwarded alone is believed too', async ({ proxy }) => {
  const headers = await seenHeaders(proxy, { forwarded: 'for=203.0.113.7;proto=https, for="[2001:db8::1]"' })
  expect(headers['x-forwarded-for']).toBe('203.0.113.7, 2001:db8::1, 127.0.0.1')
  expect(headers.forwarded).toMatch(/^for=203\.0\.113\.7.*for="\[2001:db8::1\]".*for=127\.0\.0\.1$/)
})

behind('what is no address of a caller cannot add to the header', async ({ proxy }) => {
  const headers = await seenHeaders(proxy, { 'x-forwarded-for': '"x";host=evil.example, 203.0.113.7' })
  expect(headers.forwarded).not.toContain('evil')
  expect(headers['x-forwarded-for']).toBe('203.0.113.7, 127.0.0.1')
})

behind(
  'host and scheme are those of the public address, whatever spelling a trusted proxy has',
  async ({ proxy, host }) => {
    const headers = await seenHeaders(proxy, {
      'x-forwarded-host': host.toUpperCase(),
      'x-forwarded-proto': 'https',
    })
    expect(headers).toMatchObject({ 'x-forwarded-host': host, 'x-forwarded-proto': 'http' })
  },
)
