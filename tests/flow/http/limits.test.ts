import { once } from 'node:events'
import { connect } from 'node:net'
import { expect } from 'vitest'
import { rawExchange, rawHead } from '../../support/clients/raw-exchange.ts'
import { expectRefusal } from '../../support/clients/refusal.ts'
import type { Setup } from '../../support/stage.ts'
import { test as base, perFile } from '../../support/test.ts'

const sameOrigin = 'Sec-Fetch-Site: same-origin'
const form = 'application/x-www-form-urlencoded'
const webSocket = [
  'Connection: Upgrade',
  'Upgrade: websocket',
  'Sec-WebSocket-Version: 13',
  'Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==',
]

const test = base.extend('setup', perFile, {} satisfies Setup)

test.for(['/api/auth/signin/demo', '/api/auth/csrf', '/sign-out', '/api/nonce', '/api/nowhere'])(
  'a body that is announced larger than a form can be is refused before %s reads it',
  async (path, { baton, host }) => {
    const received = await rawExchange(
      baton.address,
      rawHead(`POST ${path}`, `Host: ${host}`, sameOrigin, `Content-Type: ${form}`, 'Content-Length: 70000'),
    )
    expect(received).toMatch(/^HTTP\/1\.1 413 /)
    expect(received).toContain('"payload_too_large"')
  },
)

test('a body of no known length is refused where nobody counts it', async ({ baton, host }) => {
  const received = await rawExchange(
    baton.address,
    rawHead('POST /sign-out/provider', `Host: ${host}`, sameOrigin, 'Transfer-Encoding: chunked'),
  )
  expect(received).toMatch(/^HTTP\/1\.1 400 /)
})

test('a refused caller that goes on sending, byte by byte, is cut off', async ({ baton, host }) => {
  const { hostname, port } = new URL(baton.address)
  const socket = connect(Number(port), hostname)
  socket.on('error', () => {})
  const closed = once(socket, 'close')
  socket.write(`POST /api/backends/demo/x HTTP/1.1\r\nHost: ${host}\r\nContent-Length: 1000000000\r\n\r\n`)
  const drip = setInterval(() => socket.write('x'), 100)
  expect(String((await once(socket, 'data'))[0])).toMatch(/^HTTP\/1\.1 401 /)
  await closed
  clearInterval(drip)
})

test('a refusal reaches a caller that sends megabytes before it reads', async ({ baton, host }) => {
  const body = Buffer.alloc(8_000_000)
  const { hostname, port } = new URL(baton.address)
  const socket = connect(Number(port), hostname)
  socket.write(
    `POST /api/backends/demo/x HTTP/1.1\r\nHost: ${host}\r\nContent-Length: ${body.length}\r\n\r\n`,
  )
  // Only then is anything read.
  await new Promise<void>((sent, failed) => {
    socket.on('error', failed)
    socket.pause().write(body, () => sent())
  })
  expect(String((await once(socket.resume(), 'data'))[0])).toMatch(/^HTTP\/1\.1 401 /)
  socket.destroy()
})

test.for(['TRACE', 'PROPFIND'])(
  'what only begins like the address of a backend takes no %s',
  async (method, { baton, host }) => {
    const received = await rawExchange(
      baton.address,
      `${method} /api/backendsX HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`,
    )
    expect(received).toMatch(/^HTTP\/1\.1 405 /)
  },
)

test('a form of thousands of parameters is refused', async ({ newcomer }) => {
  const body = new URLSearchParams(Array.from({ length: 5000 }, (_, index) => [`p${index}`, '1']))
  await expectRefusal(
    await newcomer().request('/api/nonce', { method: 'POST', body }),
    400,
    'invalid_request',
  )
})

test.for(['POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS'])(
  'a page takes no %s',
  async (method, { newcomer }) => {
    const answer = await newcomer().request('/', { method })
    await expectRefusal(answer, 405, 'method_not_allowed')
    expect(answer.headers.get('allow')).toBe('GET, HEAD')
  },
)

test.for<Record<string, string>>([
  { 'sec-fetch-site': 'cross-site' },
  { origin: 'https://evil.example' },
  {},
])('a form that another site sends to a page is refused (%j)', async (headers, { signedIn }) => {
  const person = await signedIn()
  const answer = await person.request('/sign-out', {
    method: 'POST',
    headers,
    body: new URLSearchParams({ a: 'b' }),
  })
  await expectRefusal(answer, 403, 'csrf')
  expect(await person.session()).not.toBeNull()
})

test.for([
  '//',
  '//[',
  '/\\',
  '/%',
  '/api/%c0',
  '/api/auth/%',
  '/?%',
  '/a%00b',
  '/handoff?nonce=%ff',
  '/handoff?nonce=%00',
  '/sign-in?error=constructor',
  '/error?error=__proto__',
])('an odd address (%s) is no fault of the server', async (target, { baton, host }) => {
  const received = await rawExchange(
    baton.address,
    `GET ${target} HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`,
  )
  expect(received).toMatch(/^HTTP\/1\.1 [234]\d\d /)
})

test('headers that are too long and what is no HTTP are refused in words', async ({ baton, host }) => {
  const long = await rawExchange(
    baton.address,
    `GET / HTTP/1.1\r\nHost: ${host}\r\nX-Long: ${'x'.repeat(20_000)}\r\n\r\n`,
  )
  expect(long).toMatch(/^HTTP\/1\.1 431 /)
  expect(long).toContain('"invalid_request"')
  const noise = await rawExchange(baton.address, 'what is this\r\n\r\n')
  expect(noise).toMatch(/^HTTP\/1\.1 400 /)
  expect(noise).toContain('"invalid_request"')
})

test('an upgrade at an address of Next is refused and does not keep the server from stopping', async ({
  baton,
  host,
}) => {
  const { hostname, port } = new URL(baton.address)
  const upgrade = (to: string) => rawHead('GET /_next/webpack-hmr', `Host: ${to}`, ...webSocket)
  const answers = await Promise.all(
    [host, 'evil.example'].map(async (to) => {
      const socket = connect(Number(port), hostname)
      socket.on('error', () => {})
      socket.write(upgrade(to))
      return String((await once(socket, 'data'))[0]).slice(0, 12)
    }),
  )
  expect(answers).toEqual(['HTTP/1.1 404', 'HTTP/1.1 421'])
  // A connection that never asks for anything, as browsers keep in store.
  await once(connect(Number(port), hostname), 'connect')
  expect(await baton.stop()).toBe(0)
})
