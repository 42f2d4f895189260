import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { readdir } from 'node:fs/promises'
import { connect, createServer, type Socket } from 'node:net'
import { expect } from 'vitest'
import { WebSocket } from 'ws'
import { rawHead } from '../../support/clients/raw-exchange.ts'
import { ownId } from '../../support/own-id.ts'
import { listen } from '../../support/partners.ts'
import { portOf, served } from '../../support/proxied-backends.ts'
import { startWebSocketBackend } from '../../support/servers/websocket-backend.ts'
import { test as base } from '../../support/test-proxy.ts'

const test = base
  .extend('rooms', served, ({ closing }) => closing(startWebSocketBackend(portOf('rooms'))))
  /** A backend that refuses a handshake, and does not come to an end. */
  .extend('refuser', served, ({ closing }) =>
    closing(
      listen(
        (_, response) => response.writeHead(403, { 'content-length': '10' }).write('begun'),
        portOf('refuser'),
      ),
    ),
  )
  /** A backend that takes every handshake, and does not hear that a connection ends. */
  .extend('deaf', served, async ({ closing }) => {
    const sockets: Socket[] = []
    const server = createServer({ allowHalfOpen: true }, (socket) => {
      sockets.push(socket)
      socket.on('error', () => {})
      socket.once('data', (head) => {
        const [, key] = /sec-websocket-key: (\S+)/i.exec(String(head)) ?? []
        const accept = createHash('sha1')
          .update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`)
          .digest('base64')
        const lines = ['Upgrade: websocket', 'Connection: Upgrade', `Sec-WebSocket-Accept: ${accept}`]
        const first = String(head).includes('/talks') ? 'HTTP/1.1 100 HT' : ''
        socket.write(`HTTP/1.1 101 Switching Protocols\r\n${lines.join('\r\n')}\r\n\r\n${first}`)
        if (String(head).includes('/full')) socket.pause()
        else socket.resume()
      })
    }).listen(portOf('deaf'), '127.0.0.1')
    await once(server, 'listening')
    return closing({
      sockets,
      async close() {
        for (const socket of sockets) socket.destroy()
        server.close()
      },
    })
  })
  .extend(
    'dial',
    ({ proxy, baton, host }) =>
      (path: string, { headers = {}, protocols = [], cookie = proxy.cookie }: Handshake = {}): WebSocket => {
        const address = `${baton.address.replace('http', 'ws')}/api/backends${path}`
        const socket = new WebSocket(address, protocols, {
          headers: { host, cookie, origin: baton.url, ...headers },
        })
        socket.on('error', () => {})
        return socket
      },
  )
  /** A caller that has shaken hands, and does not end by itself when the other side does. */
  .extend('dialRaw', ({ proxy, baton, host }) => async (path: string, heard: unknown[] = []) => {
    const { hostname, port } = new URL(baton.address)
    const caller = connect({ host: hostname, port: Number(port), allowHalfOpen: true })
    caller.on('data', (chunk) => heard.push(chunk))
    const lines = [
      ...[`Host: ${host}`, `Cookie: ${proxy.cookie}`, `Origin: ${baton.url}`, 'Connection: Upgrade'],
      ...['Upgrade: websocket', 'Sec-WebSocket-Version: 13', `Sec-WebSocket-Key: ${btoa('x'.repeat(16))}`],
    ]
    caller.write(rawHead(`GET /api/backends${path}`, ...lines))
    const [head] = await once(caller, 'data')
    expect(String(head)).toMatch(/^HTTP\/1\.1 101 /)
    return caller
  })

test.beforeEach(({ rooms }) => {
  rooms.handshakes.length = 0
})

type Handshake = { headers?: Record<string, string>; protocols?: string[]; cookie?: string }

/** The status and body with which a handshake was refused. */
async function refusal(
  socket: WebSocket,
): Promise<{ status: number; headers: Record<string, unknown>; body: string }> {
  const [, response] = await once(socket, 'unexpected-response')
  let body = ''
  for await (const chunk of response) body += chunk
  return { status: response.statusCode, headers: response.headers, body }
}

test('a WebSocket goes through with the bearer token, its protocol and compression, text and binary', async ({
  dial,
  rooms,
}) => {
  const socket = dial('/rooms/one?a=1&a=2', { protocols: ['chat', 'other'] })
  const [hello] = await once(socket, 'message')
  expect(String(hello)).toBe('hello')
  expect(socket.protocol).toBe('chat')
  expect(socket.extensions).toContain('permessage-deflate')

  socket.send('ping')
  expect(String((await once(socket, 'message'))[0])).toBe('ping')
  const bytes = Buffer.alloc(300_000, 7)
  socket.send(bytes)
  const [echoed, isBinary] = await once(socket, 'message')
  expect(isBinary).toBe(true)
  expect(bytes.equals(echoed)).toBe(true)
  socket.close(4001)
  await once(socket, 'close')

  const [asked] = rooms.handshakes
  expect(asked?.url).toBe('/one?a=1&a=2')
  expect(asked?.headers.authorization).toMatch(/^Bearer ey/)
  expect(asked?.headers.cookie).toBeUndefined()
  await expect.poll(() => rooms.closed).toContain(4001)
})

test.for([
  ['another origin', { origin: 'https://evil.example' }],
  ['no origin at all', { origin: '' }],
  ['the null origin', { origin: 'null' }],
  ['another site by Fetch Metadata', { 'sec-fetch-site': 'cross-site' }],
] as const)(
  'a handshake from %s is refused and the backend hears nothing of it',
  async ([, headers], { dial, rooms }) => {
    const { status, body } = await refusal(dial('/rooms/one', { headers }))
    expect(status).toBe(403)
    expect(JSON.parse(body)).toMatchObject({ error: 'csrf' })
    expect(rooms.handshakes).toEqual([])
  },
)

test('a refusal that stalls for `idleTimeoutMs` is broken off', async ({ dial }) => {
  await expect(refusal(dial('/refuser/one'))).rejects.toThrow('aborted')
})

test('a handshake without a session is refused with a challenge', async ({ dial }) => {
  const { status, headers, body } = await refusal(dial('/rooms/one', { cookie: '' }))
  expect(status).toBe(401)
  expect(headers['www-authenticate']).toBe('Bearer')
  expect(JSON.parse(body)).toMatchObject({ error: 'invalid_token' })
})

test('an unknown backend, another host and an address without WebSocket get HTTP errors', async ({
  dial,
}) => {
  expect((await refusal(dial('/nobody/one'))).status).toBe(404)
  expect((await refusal(dial('/rooms/one', { headers: { host: 'evil.example' } }))).status).toBe(421)
  expect((await refusal(dial('/../nonce'))).status).toBe(404)
  expect((await refusal(dial('/rooms/a%00b'))).status).toBe(400)
})

test("a backend's refusal of the handshake is passed on as it is, without its cookies", async ({ dial }) => {
  const { status, headers, body } = await refusal(dial('/rooms/full'))
  expect([status, headers['retry-after'], body]).toEqual([429, '7', 'full'])
  expect(headers['sec-websocket-version']).toBe('13')
  expect(headers['set-cookie']).toBeUndefined()
})

test('a backend that answers without upgrading is passed on too', async ({ dial }) => {
  const { status } = await refusal(dial('/demo/api/authenticated/greeting'))
  expect(status).toBe(200)
})

test('the backend hears when the caller goes, and the caller when the backend does', async ({
  dial,
  rooms,
}) => {
  const [first, second] = [dial('/rooms/a'), dial('/rooms/b')]
  await Promise.all([once(first, 'message'), once(second, 'message')])
  const before = rooms.closed.length
  first.terminate()
  await expect.poll(() => rooms.closed.length).toBe(before + 1)
  rooms.handshakes.at(-1)?.socket.destroy()
  const [code] = await once(second, 'close')
  expect(code).toBe(1006)
})

test("both sides get the handshake's own id, and not each other's", async ({ dial, rooms }) => {
  const socket = dial('/rooms/one', { headers: { 'x-request-id': "the caller's" } })
  const [{ headers }] = await once(socket, 'upgrade')
  await once(socket, 'message')
  expect(headers['x-request-id']).toMatch(ownId)
  expect(rooms.handshakes[0]?.headers['x-request-id']).toBe(headers['x-request-id'])
  socket.terminate()
})

test.for(['/rooms/full', '/nobody/one', '/../nonce'])(
  'a refused handshake has an id too (%s)',
  async (path, { dial }) => {
    const [, response] = await once(dial(path), 'unexpected-response')
    expect(response.headers['x-request-id']).toMatch(ownId)
    response.destroy()
  },
)

test('a handshake says nothing of a content to its backend', async ({ dial, rooms }) => {
  const socket = dial('/rooms/one', { headers: { 'content-type': 'text/html', 'accept-language': 'de' } })
  await once(socket, 'message')
  expect(rooms.handshakes[0]?.headers).toMatchObject({ 'accept-language': 'de' })
  expect(rooms.handshakes[0]?.headers).not.toHaveProperty('content-type')
  socket.terminate()
})

test('when the caller ends, it hears so of a backend that does not', async ({ dialRaw }) => {
  const caller = await dialRaw('/deaf/one')
  caller.end()
  await once(caller, 'end')
})

test('a caller who leaves while the backend takes nothing leaves no connection behind', async ({
  dialRaw,
  baton,
}) => {
  const files = async () => (await readdir(`/proc/${baton.process.pid}/fd`)).length
  const before = await files()
  const callers = await Promise.all(Array.from({ length: 5 }, () => dialRaw('/deaf/full')))
  for (const caller of callers) caller.write(Buffer.alloc(16 * 1024 * 1024))
  await expect.poll(files).toBeGreaterThan(before + 8)
  for (const caller of callers) caller.destroy()
  await expect.poll(files).toBeLessThan(before + 3)
})

test('when the backend ends, it hears so of a caller that does not', async ({ dialRaw, deaf }) => {
  const caller = await dialRaw('/deaf/two')
  const peer = deaf.sockets.at(-1) as Socket
  const ended = once(peer, 'end')
  peer.end('the last words')
  expect(String((await once(caller, 'data'))[0])).toBe('the last words')
  await Promise.all([ended, once(caller, 'end')])
})

test('what comes after the handshake comes as it is, even at once and like HTTP', async ({ dialRaw }) => {
  const heard: unknown[] = []
  const caller = await dialRaw('/deaf/talks', heard)
  await expect.poll(() => heard.join('')).toMatch(/\r\n\r\nHTTP\/1\.1 100 HT$/)
  caller.destroy()
})

test('other upgrades than WebSocket are ordinary requests', async ({ proxy }) => {
  const answer = await proxy.call('/demo/api/authenticated/greeting', {
    headers: { connection: 'Upgrade', upgrade: 'h2c' },
  })
  expect(answer.status).toBe(200)
})
