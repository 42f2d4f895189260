import type { Socket } from 'node:net'
import { connect } from 'node:net'
import { Readable } from 'node:stream'
import { expect } from 'vitest'
import { portOf, served } from '../../support/proxied-backends.ts'
import { startSocketBackend } from '../../support/servers/socket-backend.ts'
import { test as base } from '../../support/test-proxy.ts'

const ok = 'HTTP/1.1 200 OK\r\n'

/** What the backend does, by path. */
const behaviours: Record<string, (socket: Socket) => void> = {
  '/good': (socket) => socket.end(`${ok}Content-Length: 4\r\n\r\ngood`),
  '/hangs-up': (socket) => socket.end(),
  '/resets': (socket) => socket.resetAndDestroy(),
  '/garbage': (socket) => socket.end('SSH-2.0-OpenSSH_9.9\r\n\r\n'),
  '/other-protocol': (socket) => socket.end(Buffer.from('160301', 'hex')),
  '/bad-header': (socket) => socket.end(`${ok}Not a header\r\nContent-Length: 2\r\n\r\nok`),
  '/two-lengths': (socket) => socket.end(`${ok}Content-Length: 2\r\nContent-Length: 3\r\n\r\nokk`),
  '/length-and-chunks': (socket) =>
    socket.end(`${ok}Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n`),
  '/headers-without-end': (socket) => {
    const flood = setInterval(() => socket.write(`X-Flood: ${'x'.repeat(8000)}\r\n`), 1)
    socket.once('close', () => clearInterval(flood))
    socket.write(ok)
  },
  '/switches': (socket) =>
    socket.write('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n'),
  '/cuts-length': (socket) => socket.end(`${ok}Content-Length: 100\r\n\r\npart`),
  '/cuts-chunks': (socket) => socket.end(`${ok}Transfer-Encoding: chunked\r\n\r\n4\r\npart\r\n`),
  '/bad-chunk': (socket) => socket.end(`${ok}Transfer-Encoding: chunked\r\n\r\n4\r\npart\r\nzz\r\n`),
  '/resets-later': (socket) =>
    socket.write(`${ok}Content-Length: 100\r\n\r\npart`, () =>
      setTimeout(() => socket.resetAndDestroy(), 50),
    ),
  '/says-more': (socket) => socket.end(`${ok}Content-Length: 4\r\n\r\npartHTTP/1.1 200 OK\r\n\r\nsmuggled`),
  '/until-it-closes': (socket) => socket.end(`${ok}Connection: close\r\n\r\nall of it`),
  '/early-hints': (socket) =>
    socket.end(
      'HTTP/1.1 102 Processing\r\n\r\n' +
        'HTTP/1.1 103 Early Hints\r\nLink: </a>\r\nSet-Cookie: a=b\r\n\r\n' +
        `${ok}Content-Length: 4\r\n\r\ngood`,
    ),
  '/continue': (socket) => socket.end(`HTTP/1.1 100 Continue\r\n\r\n${ok}Content-Length: 4\r\n\r\ngood`),
  '/refuses-early': (socket) => socket.end(`HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\n\r\nno`),
}

const test = base.extend('backend', served, ({ closing }) =>
  closing(startSocketBackend((socket, path) => behaviours[path]?.(socket), portOf('bad'))),
)

// Whatever one call met, the next ones go on as if nothing had been.
test.afterEach(async ({ proxy }) => {
  const next = await Promise.all([proxy.call('/bad/good'), proxy.call('/demo/api/authenticated/greeting')])
  expect(next.map((answer) => answer.status)).toEqual([200, 200])
  expect(next[0].text).toBe('good')
})

test.for([
  '/absent/x',
  '/bad/hangs-up',
  '/bad/resets',
  '/bad/garbage',
  '/bad/other-protocol',
  '/bad/bad-header',
  '/bad/two-lengths',
  '/bad/length-and-chunks',
  '/bad/headers-without-end',
  '/bad/switches',
])('%s is answered with 502, for calls without and with a body', async (path, { proxy }) => {
  for (const body of [undefined, 'small', Buffer.alloc(20_000_000), Readable.from(['in ', 'pieces'])]) {
    const answer = await proxy.call(path, { method: 'POST', ...(body && { body }) })
    expect(answer.status).toBe(502)
    expect(answer.headers['cache-control']).toBe('no-store')
    expect(Object.keys(answer.json()).sort()).toEqual(['error', 'error_description'])
    expect(answer.json().error).toBe('bad_gateway')
    expect(answer.text).not.toMatch(/ECONN|socket|undici|UND_ERR|127\.0\.0\.1/i)
  }
})

test.for(['/cuts-length', '/cuts-chunks', '/bad-chunk', '/resets-later'])(
  'an answer that breaks (%s) is broken off for the caller too, not ended as if it were whole',
  async (path, { proxy }) => {
    await expect(proxy.call(`/bad${path}`)).rejects.toThrow('aborted')
  },
)

test('bytes that a backend sends after its answer reach no caller', async ({ proxy }) => {
  expect((await proxy.call('/bad/says-more')).text).toBe('part')
  const next = await Promise.all(Array.from({ length: 5 }, () => proxy.call('/bad/good')))
  expect(next.map((answer) => answer.text)).toEqual(Array(5).fill('good'))
})

test('an answer that ends with its connection is whole', async ({ proxy }) => {
  expect((await proxy.call('/bad/until-it-closes')).text).toBe('all of it')
})

test('interim answers come before the answer and are not taken for it', async ({ proxy }) => {
  const answer = await proxy.call('/bad/early-hints')
  expect([answer.status, answer.text]).toEqual([200, 'good'])
  expect(answer.headers).not.toHaveProperty('set-cookie')
  expect(answer.headers).not.toHaveProperty('link')
})

test('a backend that says 100 Continue unasked is heard', async ({ proxy }) => {
  for (const body of [undefined, 'small']) {
    const answer = await proxy.call('/bad/continue', { method: 'POST', ...(body && { body }) })
    expect(answer.status).toBe(200)
  }
})

test('a backend that answers before it has taken the whole body is heard', async ({ proxy }) => {
  const answer = await proxy.call('/bad/refuses-early', { method: 'POST', body: Buffer.alloc(20_000_000) })
  expect([answer.status, answer.text]).toEqual([403, 'no'])
})

test('a caller that breaks off its own body does no harm', async ({ baton, host, proxy }) => {
  const { hostname, port } = new URL(baton.address)
  const broken = ['Content-Length: 100\r\n\r\npart', 'Transfer-Encoding: chunked\r\n\r\n4\r\npart\r\nzz\r\n']
  for (const rest of broken) {
    const socket = connect(Number(port), hostname)
    socket.write(
      `POST /api/backends/demo/api/authenticated/bytes HTTP/1.1\r\nHost: ${host}\r\n` +
        `Cookie: ${proxy.cookie}\r\nSec-Fetch-Site: same-origin\r\n${rest}`,
    )
    socket.end()
    let received = ''
    for await (const chunk of socket) received += chunk
    expect(received).not.toMatch(/^HTTP\/1\.1 200/)
  }
})
