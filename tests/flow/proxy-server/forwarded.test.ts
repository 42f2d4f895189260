import { afterAll, beforeAll, expect, test } from 'vitest'
import { echo, type ProxyStage, type Seen, startProxyStage } from '../../support/proxy-stage.ts'

/** Nobody in front is believed. */
let open: ProxyStage
/** The loopback address is a trusted proxy. */
let behind: ProxyStage

beforeAll(async () => {
  ;[open, behind] = await Promise.all([
    startProxyStage(),
    startProxyStage({ sections: { trustedProxies: ['10.0.0.0/8', '127.0.0.0/8'] } }),
  ])
})

afterAll(async () => {
  await open?.close()
  await behind?.close()
})

async function seenHeaders(proxy: ProxyStage, headers: Record<string, string | string[]>) {
  return (await proxy.call(echo, { headers })).json<Seen>().headers
}

test('a backend is told who called, and the public host and scheme', async () => {
  expect(await seenHeaders(open, {})).toMatchObject({
    'x-forwarded-for': '127.0.0.1',
    'x-forwarded-host': open.host,
    'x-forwarded-proto': 'http',
    forwarded: `for=127.0.0.1;host="${open.host}";proto=http`,
  })
})

test('what a caller that is no trusted proxy says of where it comes from is not passed on', async () => {
  const headers = await seenHeaders(open, {
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

test('what a trusted proxy says of who called is passed on, its own address after it', async () => {
  const headers = await seenHeaders(behind, { 'x-forwarded-for': '203.0.113.7, 10.1.2.3' })
  expect(headers['x-forwarded-for']).toBe('203.0.113.7, 10.1.2.3, 127.0.0.1')
  expect(headers.forwarded).toBe(
    `for=203.0.113.7;host="${behind.host}";proto=http, for=10.1.2.3, for=127.0.0.1`,
  )
})

test('addresses of IPv6 are written as each of the two headers wants them', async () => {
  const headers = await seenHeaders(behind, { 'x-forwarded-for': '2001:db8::1' })
  expect(headers['x-forwarded-for']).toBe('2001:db8::1, 127.0.0.1')
  expect(headers.forwarded).toMatch(/^for="\[2001:db8::1\]";/)
})

test('a trusted proxy that says who called by Forwarded alone is believed too', async () => {
  const headers = await seenHeaders(behind, { forwarded: 'for=203.0.113.7;proto=https, for="[2001:db8::1]"' })
  expect(headers['x-forwarded-for']).toBe('203.0.113.7, 2001:db8::1, 127.0.0.1')
  expect(headers.forwarded).toMatch(/^for=203\.0\.113\.7.*for="\[2001:db8::1\]".*for=127\.0\.0\.1$/)
})

test('what is no address of a caller cannot add to the header', async () => {
  const headers = await seenHeaders(behind, { 'x-forwarded-for': '"x";host=evil.example, 203.0.113.7' })
  expect(headers.forwarded).not.toContain('evil')
  expect(headers['x-forwarded-for']).toBe('203.0.113.7, 127.0.0.1')
})

test('host and scheme are those of the public address, whatever a trusted proxy says', async () => {
  const headers = await seenHeaders(behind, {
    'x-forwarded-host': 'evil.example',
    'x-forwarded-proto': 'https',
  })
  expect(headers).toMatchObject({ 'x-forwarded-host': behind.host, 'x-forwarded-proto': 'http' })
})
