import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { Agent, request } from 'node:http'
import type { Socket } from 'node:net'
import { expect } from 'vitest'
import { WebSocket } from 'ws'
import { httpCall, openCall } from '../../support/clients/http-call.ts'
import { rawExchange, rawHead } from '../../support/clients/raw-exchange.ts'
import { expectRefusal } from '../../support/clients/refusal.ts'
import { portOf, served } from '../../support/proxied-backends.ts'
import { startSocketBackend } from '../../support/servers/socket-backend.ts'
import { startWebSocketBackend } from '../../support/servers/websocket-backend.ts'
import { test as base, basic } from '../../support/test-apps.ts'

const api = '/api/backends/demo/api/authenticated'
/** The first half of a frame with four bytes. */
const halfFrame = Buffer.from([0x82, 4, 1, 2])

const test = base
  .extend('rooms', served, ({ closing }) => closing(startWebSocketBackend(portOf('rooms'))))
  /** A backend that takes a handshake and sends half a frame. */
  .extend('halfway', served, ({ closing }) => closing(startHalfway()))
  /** Starts one more Baton, which takes new calls for so long after SIGTERM; SIGTERM, or another signal. */
  .extend('leaving', ({ startAnother }) => async (seconds: number) => {
    const baton = await startAnother({ env: { DRAIN_SECONDS: String(seconds) } })
    const exited = once(baton.process, 'exit')
    return {
      ...baton,
      exited,
      async signal(name: 'SIGTERM' | 'SIGINT' = 'SIGTERM') {
        baton.process.kill(name)
        await expect.poll(() => baton.log()).toContain('"stopping: finishing what runs"')
      },
    }
  })
  /** The headers of a call in Demo User's session, from a page of Baton's. */
  .extend('headers', async ({ host, baton, person }) => ({
    host,
    cookie: await person.cookies(),
    origin: baton.url,
    'sec-fetch-site': 'same-origin',
  }))

function startHalfway() {
  const callers: Socket[] = []
  const server = startSocketBackend((socket) => {
    callers.push(socket)
  }, portOf('halfway'))
  return server.then(({ heads, close }) => ({ heads, callers, close }))
}

test('after SIGTERM a server is not ready and takes calls, each the last one of its connection', async ({
  leaving,
  headers,
}) => {
  const baton = await leaving(600)
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  const kept = async () => {
    const [answer] = await once(
      request(`${baton.address}${api}/greeting`, { agent, headers }).end(),
      'response',
    )
    answer.resume()
    await once(answer, 'end')
    return { status: answer.statusCode, connection: answer.headers.connection }
  }
  expect(await kept()).toEqual({ status: 200, connection: 'keep-alive' })
  const running = httpCall(baton.address, `${api}/slow?ms=1000`, {
    headers: { ...headers, connection: 'keep-alive' },
  })
  await baton.signal()

  const ready = await fetch(`${baton.address}/api/ready`)
  expect(ready.headers.get('retry-after')).toMatch(/^[1-9]\d*$/)
  expect(await ready.clone().text()).toContain('about to stop')
  await expectRefusal(ready, 503, 'temporarily_unavailable')
  expect((await fetch(`${baton.address}/api/health`)).status).toBe(200)
  // A call that was running, one on a connection of before, and new ones.
  const ran = await running
  expect([ran.status, ran.headers.connection]).toEqual([200, 'close'])
  expect(await kept()).toEqual({ status: 200, connection: 'close' })
  for (const path of [`${api}/greeting`, '/', '/oidc/jwks', '/nowhere']) {
    const { status, headers: fields } = await httpCall(baton.address, path, {
      headers: { ...headers, connection: 'keep-alive' },
    })
    expect({ path, status, connection: fields.connection }).toEqual({
      path,
      status: path === '/nowhere' ? 404 : 200,
      connection: 'close',
    })
  }
  // Who has no patience asks once more.
  baton.process.kill('SIGTERM')
  expect((await baton.exited)[0]).toBe(0)
})

test('after that it takes no more connections', async ({ leaving }) => {
  const baton = await leaving(1)
  await baton.signal()
  await expect
    .poll(() =>
      fetch(`${baton.address}/api/health`).then(
        ({ status }) => status,
        () => 'refused',
      ),
    )
    .toBe('refused')
  expect((await baton.exited)[0]).toBe(0)
})

test('SIGINT does not wait', async ({ leaving }) => {
  const baton = await leaving(600)
  await baton.signal('SIGINT')
  expect((await baton.exited)[0]).toBe(0)
})

test('a stop ends event streams as if they were complete, and closes WebSockets with 1001', async ({
  leaving,
  headers,
  rooms,
}) => {
  const baton = await leaving(1)
  const events = await openCall(baton.address, `${api}/events`, { headers })
  const authorization = basic('demo-backend', 'demo-backend-secret')
  const feed = await openCall(baton.address, '/api/revocations', { headers: { ...headers, authorization } })
  const socket = new WebSocket(`${baton.address.replace('http', 'ws')}/api/backends/rooms/`, { headers })
  await once(socket, 'message')
  socket.send('x'.repeat(70_000))
  await once(socket, 'message')
  rooms.closed.length = 0

  const closed = once(socket, 'close')
  const ends = [events, feed].map((stream) => once(stream.resume(), 'end'))
  await baton.signal()
  expect((await closed)[0]).toBe(1001)
  await expect.poll(() => rooms.closed).toEqual([1001])
  await Promise.all(ends)
  // An answer that is broken off is not.
  expect([events.complete, feed.complete]).toEqual([true, true])
  expect((await baton.exited)[0]).toBe(0)
})

test('a WebSocket that is within a frame sees its end, and no frame in the middle of another', async ({
  leaving,
  headers,
  halfway,
}) => {
  const baton = await leaving(1)
  const lines = Object.entries({ ...headers, connection: 'Upgrade', upgrade: 'websocket' })
  const key = { 'sec-websocket-version': '13', 'sec-websocket-key': btoa('x'.repeat(16)) }
  const head = [...lines, ...Object.entries(key)].map((line) => line.join(': '))
  const exchange = rawExchange(baton.address, rawHead('GET /api/backends/halfway/', ...head))
  await expect.poll(() => halfway.callers.length).toBe(1)
  const [, asked] = /sec-websocket-key: (\S+)/i.exec(halfway.heads[0] ?? '') ?? []
  const accept = createHash('sha1').update(`${asked}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64')
  const answer = ['Upgrade: websocket', 'Connection: Upgrade', `Sec-WebSocket-Accept: ${accept}`]
  const [backend] = halfway.callers
  backend?.write(`HTTP/1.1 101 Switching Protocols\r\n${answer.join('\r\n')}\r\n\r\n`)
  backend?.write(halfFrame)

  let sent = Buffer.alloc(0)
  backend?.on('data', (chunk) => {
    sent = Buffer.concat([sent, chunk])
  })
  await baton.signal()
  const received = Buffer.from(await exchange, 'latin1')
  expect(received.subarray(received.indexOf('\r\n\r\n') + 4)).toEqual(halfFrame)
  // The other direction has not begun a frame: a masked close.
  expect([...sent.subarray(0, 2)]).toEqual([0x88, 0x82])
  expect((await baton.exited)[0]).toBe(0)
})
