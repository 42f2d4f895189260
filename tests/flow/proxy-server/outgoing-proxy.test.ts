import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { join } from 'node:path'
import { createSecureContext, TLSSocket } from 'node:tls'
import { expect } from 'vitest'
import { WebSocket } from 'ws'
import { selfSignedCertificate } from '../../support/certificate.ts'
import { httpCall } from '../../support/clients/http-call.ts'
import { emptyDataDir } from '../../support/databases.ts'
import { freePort } from '../../support/free-port.ts'
import { linesOf } from '../../support/log-lines.ts'
import { listen } from '../../support/partners.ts'
import { startFickleBackend } from '../../support/servers/fickle-backend.ts'
import { startSocketBackend } from '../../support/servers/socket-backend.ts'
import { startTlsFront } from '../../support/servers/tls-front.ts'
import { established, startTunnelProxy, tunnelTo } from '../../support/servers/tunnel-proxy.ts'
import { startWebSocketBackend } from '../../support/servers/websocket-backend.ts'
import type { Setup } from '../../support/stage.ts'
import { perFile } from '../../support/test.ts'
import { test as base, withBackends } from '../../support/test-proxy.ts'

const certificate = selfSignedCertificate(['localhost', 'busy.example'])
const secureContext = createSecureContext(certificate)

const interim = 'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </a>; rel=preload\r\n\r\n'

const test = base
  .extend('rooms', perFile, ({ closing }) => closing(startWebSocketBackend()))
  .extend('fickle', perFile, ({ closing }) => closing(startFickleBackend()))
  .extend('raw', perFile, ({ closing }) =>
    closing(
      startSocketBackend((socket) => socket.end(`${interim}HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok`)),
    ),
  )
  .extend('echo', perFile, ({ closing }) =>
    closing(
      listen((request, response) => {
        let length = 0
        request.on('data', (chunk) => (length += chunk.length))
        request.on('end', () => response.end(JSON.stringify([length, ...request.rawHeaders])))
        if (request.url !== '/events') return
        response.writeHead(200, { 'content-type': 'text/event-stream' }).write('data: first\n\n')
        request.removeAllListeners('end')
      }),
    ),
  )
  /** The same over TLS, by a certificate that Baton trusts. */
  .extend('secure', perFile, async ({ echo, rooms, fickle, raw, closing }) => {
    const front = (url: string) => closing(startTlsFront(url, certificate))
    return {
      echo: await front(echo.url),
      rooms: await front(rooms.url),
      fickle: await front(fickle.url),
      raw: await front(raw.url),
    }
  })
  /** Called without the proxy. */
  .extend('near', perFile, ({ closing }) => closing(listen((_, response) => response.end('near'))))
  .extend('outgoing', perFile, ({ secure, closing }) =>
    closing(
      startTunnelProxy({
        'refused.example': (socket) => socket.end('HTTP/1.1 403 Forbidden\r\n\r\n'),
        'dropped.example': (socket) => socket.destroy(),
        'silent.example': () => {},
        // It refuses an upload when it has read its head, and closes.
        'busy.example': (socket, port) => {
          socket.write(established)
          const peer = port === 443 ? new TLSSocket(socket, { isServer: true, secureContext }) : socket
          peer.on('error', () => {})
          peer.once('data', () => {
            peer.pause()
            const refusal = 'HTTP/1.1 413 Content Too Large\r\nContent-Length: 7\r\n\r\ntoo big'
            peer.write(refusal, () => socket.destroy())
          })
        },
        // The server there has a certificate for another name.
        'other.example': (socket) => {
          socket.write(established)
          socket.pipe(connect(secure.echo.port, 'localhost')).pipe(socket)
        },
      }),
    ),
  )
  .extend('env', perFile, async ({ near, closing }) => {
    const { dataDir, remove } = await emptyDataDir()
    closing({ close: remove })
    const trusted = join(dataDir, 'certificate.pem')
    await writeFile(trusted, certificate.cert)
    return {
      NODE_USE_ENV_PROXY: '1',
      NODE_EXTRA_CA_CERTS: trusted,
      NO_PROXY: `elsewhere.example, ${tunnelTo(near.url)}`,
    }
  })
  .extend('setup', perFile, async ({ echo, rooms, fickle, raw, secure, near, outgoing, env }) => {
    const backends = {
      ...{ echo: echo.url, rooms: rooms.url, fickle: fickle.url, raw: raw.url, near: near.url },
      ...{ 'echo-tls': secure.echo.url, 'rooms-tls': secure.rooms.url },
      ...{ 'fickle-tls': secure.fickle.url, 'raw-tls': secure.raw.url },
      ...{ busy: 'http://busy.example', 'busy-tls': 'https://busy.example' },
      ...{ refused: 'http://refused.example', dropped: 'http://dropped.example:8080' },
      ...{ silent: 'http://silent.example', other: 'https://other.example' },
      away: `http://127.0.0.1:${await freePort()}`,
    }
    const { config } = withBackends(...Object.entries(backends).map(([name, url]) => ({ name, url })))
    return {
      ...(config && { config }),
      env: { ...env, HTTP_PROXY: outgoing.url },
      accessTokenTtl: 600,
    } satisfies Setup
  })
  /** Calls through the proxy, and gives the answer and the tunnels that were made for it. */
  .extend('through', ({ proxy, outgoing: { seen } }) => async (...call: Parameters<typeof proxy.call>) => {
    seen.length = 0
    const answer = await proxy.call(...call)
    return { answer, tunnels: [...seen] }
  })

const both = ['', '-tls'] as const

test.for(both)(
  'a call and an upload go by a tunnel, with every header (echo%s)',
  async (tls, { through, echo, secure }) => {
    const headers = { 'accept-language': ['de', 'fr'], 'X-Requested-With': 'test' }
    const { answer, tunnels } = await through(`/echo${tls}/`, { headers })
    const [, ...rawHeaders] = answer.json<string[]>()
    expect(rawHeaders.filter((_, index) => rawHeaders[index - 1] === 'accept-language')).toEqual(['de', 'fr'])
    expect(rawHeaders.filter((name) => /^proxy|^host$/i.test(name))).toEqual(['host'])
    expect(tunnels).toEqual([tunnelTo(tls ? secure.echo.url : echo.url)])

    const body = Buffer.alloc(5_000_000, 'x')
    const upload = await through(`/echo${tls}/`, { method: 'POST', body })
    expect(upload.answer.json<number[]>()[0]).toBe(body.length)
    // On a connection that another call has left.
    await expect.poll(async () => (await through(`/echo${tls}/`)).tunnels).toEqual([])
  },
)

test.for(both)('a backend that refuses an upload and closes is heard (busy%s)', async (tls, { through }) => {
  const headers = { 'content-length': '5000000' }
  const body = Buffer.alloc(5_000_000)
  const { answer, tunnels } = await through(`/busy${tls}/`, { method: 'POST', headers, body })
  expect([answer.status, answer.text]).toEqual([413, 'too big'])
  expect(tunnels).toHaveLength(1)
})

test.for(both)('interim answers are passed over (raw%s)', async (tls, { through }) => {
  const { answer, tunnels } = await through(`/raw${tls}/`)
  expect([answer.status, answer.text]).toEqual([200, 'ok'])
  expect(tunnels).toHaveLength(1)
})

test.for(both)(
  'a call on a kept tunnel that has ended is made again, by a new one (fickle%s)',
  async (tls, { through, fickle }) => {
    expect((await through(`/fickle${tls}/first`)).answer.status).toBe(200)
    fickle.seen.length = 0
    const { answer, tunnels } = await through(`/fickle${tls}/closed`)
    expect([answer.status, fickle.seen.length, tunnels.length]).toEqual([200, 2, 1])
  },
)

test.for(both)(
  'a stream of events arrives as it comes (echo%s)',
  async (tls, { proxy, outgoing: { seen } }) => {
    seen.length = 0
    const [first, second] = await Promise.all([
      proxy.open(`/echo${tls}/events`),
      proxy.open(`/echo${tls}/events`),
    ])
    for (const stream of [first, second]) {
      expect(String((await once(stream, 'data'))[0])).toBe('data: first\n\n')
      stream.destroy()
    }
    expect(seen.length).toBeGreaterThan(0)
  },
)

test.for(both)(
  'a WebSocket goes by a tunnel (rooms%s)',
  async (tls, { proxy, baton, host, rooms, outgoing: { seen } }) => {
    seen.length = 0
    const address = `${baton.address.replace('http', 'ws')}/api/backends/rooms${tls}/one`
    const headers = { host, cookie: proxy.cookie, origin: baton.url }
    const socket = new WebSocket(address, ['chat'], { headers })
    expect(String((await once(socket, 'message'))[0])).toBe('hello')
    const bytes = Buffer.alloc(300_000, 7)
    socket.send(bytes)
    expect(bytes.equals((await once(socket, 'message'))[0])).toBe(true)
    expect(socket.protocol).toBe('chat')
    expect(rooms.handshakes.at(-1)?.headers.authorization).toMatch(/^Bearer ey/)
    socket.close(4002)
    await expect.poll(() => rooms.closed).toContain(4002)
    expect(seen).toHaveLength(1)

    seen.length = 0
    const refused = new WebSocket(address.replace('/one', '/full'), { headers })
    refused.on('error', () => {})
    const [, refusal] = await once(refused, 'unexpected-response')
    expect(refusal.statusCode).toBe(429)
    refusal.destroy()
    expect(seen).toHaveLength(1)
  },
)

test('a host of NO_PROXY is called directly', async ({ through }) => {
  const { answer, tunnels } = await through('/near/')
  expect([answer.text, tunnels]).toEqual(['near', []])
})

test.for([
  ['away', /:\d+$/, 'Proxy response (502)'],
  ['refused', /^refused\.example:80$/, 'Proxy response (403)'],
  ['dropped', /^dropped\.example:8080$/, 'Proxy Connection failed'],
  ['other', /^other\.example:443$/, 'ERR_TLS_CERT_ALTNAME_INVALID'],
] as const)(
  'a backend that the proxy does not reach is a bad gateway, and the log says why: %s',
  async ([name, tunnel, reason], { through, baton, outgoing }) => {
    const { answer, tunnels } = await through(`/${name}/`)
    expect([answer.status, answer.json().error]).toEqual([502, 'bad_gateway'])
    expect(tunnels).toEqual([expect.stringMatching(tunnel)])
    const logged = () => JSON.stringify(linesOf(baton, answer.headers['x-request-id']))
    await expect.poll(logged).toContain(reason)
    expect(answer.text).not.toContain('proxy')
    for (const secret of [outgoing.password, encodeURIComponent(outgoing.password)])
      expect(baton.log()).not.toContain(secret)
  },
)

test('a proxy that makes no tunnel in 10 seconds is a gateway timeout', async ({ through, baton }) => {
  const { answer } = await through('/silent/')
  expect([answer.status, answer.json().error]).toEqual([504, 'gateway_timeout'])
  const logged = () => JSON.stringify(linesOf(baton, answer.headers['x-request-id']))
  await expect.poll(logged).toContain('made no connection in time')
})

test('a proxy may be reached over TLS', async ({ startAnother, env, outgoing, closing, proxy, host }) => {
  const front = await closing(startTlsFront(outgoing.url, certificate))
  const url = outgoing.url.replace(/^http:/, 'https:').replace(/@.*/, `@localhost:${front.port}`)
  const baton = await startAnother({ env: { ...env, HTTP_PROXY: url } })
  const headers = { host, cookie: proxy.cookie, 'sec-fetch-site': 'same-origin' }
  for (const tls of both)
    expect((await httpCall(baton.address, `/api/backends/echo${tls}/`, { headers })).status).toBe(200)
})

test.for([
  ['is away', 'echo-tls', async () => `http://127.0.0.1:${await freePort()}`, 'ECONNREFUSED'],
  ['refuses the password', 'echo-tls', (_: string, wrong: string) => wrong, 'Proxy response (407)'],
  ['drops its connections', 'dropped', (right: string) => right, 'Proxy Connection failed'],
] as const)(
  'when the proxy %s, calls are bad gateways, and soon answered without asking it',
  async ([, backend, urlOf, reason], { startAnother, env, outgoing, proxy, host }) => {
    const url = await urlOf(outgoing.url, outgoing.urlWithWrongPassword)
    const baton = await startAnother({ env: { ...env, HTTPS_PROXY: url, HTTP_PROXY: url } })
    const headers = { host, cookie: proxy.cookie, 'sec-fetch-site': 'same-origin' }
    const call = () => httpCall(baton.address, `/api/backends/${backend}/`, { headers })
    expect((await call()).status).toBe(502)
    await expect.poll(baton.log).toContain(reason)
    expect(baton.log()).not.toMatch(/wrong.{1,3}guess/)
    await Promise.all(Array.from({ length: 20 }, call))
    expect((await call()).status).toBe(503)
  },
)
