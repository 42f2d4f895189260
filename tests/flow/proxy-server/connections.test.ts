import { expect } from 'vitest'
import { portOf, served } from '../../support/proxied-backends.ts'
import { startFickleBackend } from '../../support/servers/fickle-backend.ts'
import { startSocketBackend } from '../../support/servers/socket-backend.ts'
import { test as base } from '../../support/test-proxy.ts'

const answer = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok'

const size = 20_000_000

const test = base
  .extend('fickle', served, ({ closing }) => closing(startFickleBackend(portOf('fickle'))))
  /**
   * One that refuses an upload when it has read its head, and closes: what is short resets the connection, as
   * data came that nobody reads. A reset throws away what a receiver has no room for yet, so what is long has
   * an end.
   */
  .extend('refusing', served, ({ closing }) =>
    closing(
      startSocketBackend((socket, path) => {
        const isLong = path.includes('long')
        const body = 'x'.repeat(isLong ? 100_000 : 7)
        const length = path.includes('until-end') ? 'Connection: close' : `Content-Length: ${body.length}`
        const text =
          `HTTP/1.1 ${path.includes('401') ? '401 Unauthorized' : '413 Content Too Large'}\r\n` +
          `${length}\r\n\r\n${body}`
        socket.pause()
        if (isLong) socket.end(text)
        else socket.write(text, () => socket.destroy())
      }, portOf('refusing')),
    ),
  )
  /** One that says something before its answer. */
  .extend('talking', served, ({ closing }) =>
    closing(
      startSocketBackend((socket, path) => {
        const text = decodeURIComponent(path.slice(path.indexOf('?') + 1)) + answer
        if (path.startsWith('/halves')) {
          const end = text.indexOf('\r\n\r\n') + 2
          socket.write(text.slice(0, end))
          return void setTimeout(() => socket.end(text.slice(end)), 50)
        }
        if (!path.startsWith('/slowly')) return void socket.end(text)
        socket.setNoDelay()
        let at = 0
        const timer = setInterval(() => {
          socket.write(text.slice(at, ++at))
          if (at < text.length) return
          clearInterval(timer)
          socket.end()
        }, 1)
      }, portOf('talking')),
    ),
  )
  /**
   * Makes a call on a connection that an earlier call has left, and gives its status and how often it came.
   */
  .extend('again', ({ proxy, fickle }) => async (method: string, path: string, body?: string) => {
    expect((await proxy.call('/fickle/first')).status).toBe(200)
    fickle.seen.length = 0
    const { status } = await proxy.call(`/fickle${path}`, { method, ...(body && { body }) })
    return [status, fickle.seen.length]
  })

test.for([
  ['GET', '/closed'],
  ['GET', '/reset'],
  ['HEAD', '/closed'],
  ['OPTIONS', '/closed'],
  ['DELETE', '/reset'],
] as const)(
  '%s %s on a kept connection that has ended is tried once more',
  async ([method, path], { again }) => {
    expect(await again(method, path)).toEqual([200, 2])
  },
)

test.for([
  ['a call that may have had an effect', 'POST', '/closed', undefined, 502],
  ['a call with a body', 'PUT', '/closed', 'body', 502],
  ['half an answer', 'GET', '/half', undefined, 502],
  ['a time-out', 'GET', '/stuck', undefined, 504],
] as const)('%s is not repeated', async ([, method, path, body, status], { again }) => {
  expect(await again(method, path, body)).toEqual([status, 1])
})

test('nor is a call on a new connection, and none is repeated twice', async ({ again, proxy, fickle }) => {
  expect(await again('GET', '/never')).toEqual([502, 2])
  fickle.seen.length = 0
  expect((await proxy.call('/fickle/never')).status).toBe(502)
  expect(fickle.seen).toHaveLength(1)
})

test.for(['/413', '/401', '/413/long', '/401/until-end', '/413/long/until-end'])(
  'an answer that comes before the upload ends wins: %s',
  async (path, { proxy }) => {
    for (const length of [100_000, 128 * 1024, size]) {
      const headers = { 'content-length': String(length) }
      const given = await proxy.call(`/refusing${path}`, {
        method: 'POST',
        headers,
        body: Buffer.alloc(length),
      })
      expect([given.status, given.text.length]).toEqual([
        Number(path.slice(1, 4)),
        path.includes('long') ? 100_000 : 7,
      ])
    }
  },
)

test.for([
  ['HTTP/1.1 100 Continue\r\n\r\n'],
  ['HTTP/1.1 103 Early Hints\r\nLink: </style.css>; rel=preload\r\n\r\n'],
  ['\r\nHTTP/1.1 103 Early Hints\r\nLink: </a>; rel=preload\r\n\r\nHTTP/1.1 100 Continue\r\n\r\n'],
  ['HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 102 Processing\r\n\r\nHTTP/1.1 100 Continue\r\n\r\n'],
] as const)('%j before an answer that nobody asked for is passed over', async ([text], { proxy }) => {
  for (const path of ['/', '/slowly', '/halves'])
    for (const method of ['GET', 'POST']) {
      const given = await proxy.call(`/talking${path}?${encodeURIComponent(text)}`, { method })
      expect([given.status, given.text]).toEqual([200, 'ok'])
    }
})

test('a body that begins like an interim answer comes as it is', async ({ proxy }) => {
  const text = 'HTTP/1.1 100 Continue\r\n\r\n'
  const given = await proxy.call(
    `/talking/slowly?${encodeURIComponent(`HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n${text}`)}`,
  )
  expect(given.text).toBe(text + answer)
})

test('trailer fields come back by the same list as headers', async ({ proxy }) => {
  const text =
    'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n' +
    'Grpc-Status: 0\r\nSet-Cookie: a=b\r\nX-Sum: 5\r\n\r\n'
  const given = await proxy.open(`/talking/?${encodeURIComponent(text)}`)
  await given.toArray()
  expect(given.trailers).toEqual({ 'grpc-status': '0', 'x-sum': '5' })
})
