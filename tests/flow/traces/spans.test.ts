import { once } from 'node:events'
import { expect } from 'vitest'
import { WebSocket } from 'ws'
import { httpCall, openCall } from '../../support/clients/http-call.ts'
import { freePort } from '../../support/free-port.ts'
import { fullConfig } from '../../support/full-config.ts'
import { logLines } from '../../support/log-lines.ts'
import { startFickleBackend } from '../../support/servers/fickle-backend.ts'
import { startWebSocketBackend } from '../../support/servers/websocket-backend.ts'
import type { Setup } from '../../support/stage.ts'
import { perFile } from '../../support/test.ts'
import { test as base, callerTrace, spansOf, tracesTo } from '../../support/test-traces.ts'

const echo = '/api/backends/demo/api/authenticated/echo'
const row = 'GET /api/backends/*'

const test = base
  .extend('fickle', perFile, ({ closing }) => closing(startFickleBackend()))
  .extend('rooms', perFile, ({ closing }) => closing(startWebSocketBackend()))
  .extend('deadPort', perFile, () => freePort())
  .extend(
    'setup',
    perFile,
    ({ collector, fickle, rooms, deadPort }): Setup => ({
      env: tracesTo(collector.url),
      config: (partners) =>
        fullConfig(partners, {
          backends: [
            partners.backendOfBoth,
            { ...partners.backendOfBoth, name: 'dead', url: `http://127.0.0.1:${deadPort}` },
            { ...partners.backendOfBoth, name: 'silent', timeoutMs: 100 },
            { ...partners.backendOfBoth, name: 'fickle', url: fickle.url },
            { ...partners.backendOfBoth, name: 'rooms', url: rooms.url },
          ],
        }),
    }),
  )

test('a call is a span of its caller’s trace, above that of the call to the backend, which gets it', async ({
  collector,
  person,
  partners,
  baton,
}) => {
  const { traceId, spanId, headers } = callerTrace()
  const sent = { ...headers, tracestate: 'vendor=mark' }
  const answer = await person.ownPage(`${echo}/of/bob?name=bob`, { headers: sent })
  const seen = (await answer.json()) as { headers: Record<string, string> }
  const [server, call] = await spansOf(collector, traceId, row, 'GET')
  expect(server).toMatchObject({
    kind: 'server',
    parentSpanId: spanId,
    traceState: 'vendor=mark',
    hasFailed: false,
    attributes: {
      'http.request.method': 'GET',
      'http.route': '/api/backends/*',
      'http.response.status_code': 200,
      'baton.backend': 'demo',
    },
    resource: { 'service.name': 'baton', 'service.version': '0.1.0', 'telemetry.sdk.language': 'nodejs' },
  })
  const { hostname, port } = new URL(partners.backendUrl)
  expect(call).toEqual({
    ...call,
    kind: 'client',
    parentSpanId: server?.spanId,
    hasFailed: false,
    attributes: {
      'http.request.method': 'GET',
      'http.response.status_code': 200,
      'server.address': hostname,
      'server.port': Number(port),
      'url.scheme': 'http',
      'baton.backend': 'demo',
    },
  })
  expect(seen.headers.traceparent).toBe(`00-${traceId}-${call?.spanId}-01`)
  expect(seen.headers.tracestate).toBe('vendor=mark')
  const requestId = answer.headers.get('x-request-id')
  await expect
    .poll(() => logLines(baton).filter((line) => line.requestId === requestId))
    .toContainEqual(expect.objectContaining({ event: 'access', traceId }))
})

test('without a trace of the caller’s a request begins one, which its log line and the backend have', async ({
  collector,
  person,
  baton,
}) => {
  const answer = await person.ownPage(echo)
  const { headers } = (await answer.json()) as { headers: { traceparent: string } }
  const [, traceId = '', parentId] = headers.traceparent.split('-')
  const [server, call] = await spansOf(collector, traceId, row, 'GET')
  expect(server).not.toHaveProperty('parentSpanId')
  expect(call).toMatchObject({ spanId: parentId, parentSpanId: server?.spanId })
  const requestId = answer.headers.get('x-request-id')
  await expect
    .poll(() => logLines(baton).find((line) => line.requestId === requestId))
    .toMatchObject({ traceId })
})

test('a caller that samples its trace out has no spans here, and the backend is told so', async ({
  collector,
  person,
}) => {
  const { traceId, spanId, headers } = callerTrace('00')
  const answer = await person.ownPage(echo, { headers })
  const seen = (await answer.json()) as { headers: { traceparent: string } }
  expect(seen.headers.traceparent).toMatch(new RegExp(`^00-${traceId}-[0-9a-f]{16}-00$`))
  expect(seen.headers.traceparent).not.toContain(spanId)
  // Those of a later request have come.
  const later = callerTrace()
  await person.ownPage(echo, { headers: later.headers })
  await spansOf(collector, later.traceId, row)
  expect(collector.spans.filter((span) => span.traceId === traceId)).toEqual([])
})

test.for([
  ['dead', 'bad_gateway', 502],
  ['silent', 'gateway_timeout', 504],
] as const)(
  'a backend that is %s fails its span, and that of the request',
  async ([name, type, status], { collector, person }) => {
    const { traceId, headers } = callerTrace()
    const path = `/api/backends/${name}/api/authenticated/slow?ms=5000`
    expect((await person.ownPage(path, { headers })).status).toBe(status)
    const [server, call] = await spansOf(collector, traceId, row, 'GET')
    expect(server).toMatchObject({ hasFailed: true, attributes: { 'error.type': String(status) } })
    expect(call).toMatchObject({ hasFailed: true, attributes: { 'error.type': type } })
    expect(call?.attributes).not.toHaveProperty('http.response.status_code')
  },
)

test('a 404 of a backend is a failure of the call, and none of Baton’s', async ({ collector, person }) => {
  const { traceId, headers } = callerTrace()
  expect((await person.ownPage('/api/backends/demo/nowhere', { headers })).status).toBe(404)
  const [server, call] = await spansOf(collector, traceId, row, 'GET')
  expect(server).toMatchObject({ hasFailed: false, attributes: { 'http.response.status_code': 404 } })
  expect(call).toMatchObject({ hasFailed: true, attributes: { 'error.type': '404' } })
})

test('a call that is made once more on a new connection is one span', async ({ collector, person }) => {
  await person.ownPage('/api/backends/fickle/first')
  const { traceId, headers } = callerTrace()
  expect((await person.ownPage('/api/backends/fickle/half', { headers })).status).toBe(502)
  const again = callerTrace()
  await person.ownPage('/api/backends/fickle/first')
  expect((await person.ownPage('/api/backends/fickle/again', again)).status).toBe(200)
  const [call] = await spansOf(collector, traceId, 'GET')
  expect(call).toMatchObject({ hasFailed: true })
  const [repeated] = await spansOf(collector, again.traceId, 'GET')
  expect(repeated).toMatchObject({ hasFailed: false, attributes: { 'http.request.resend_count': 1 } })
})

test('a caller that leaves ends both spans', async ({ collector, baton, person, host, partners }) => {
  const { traceId, headers } = callerTrace()
  const cookie = await person.cookies()
  const atBackend = once(partners.backendServer, 'request')
  const path = '/api/backends/demo/api/authenticated/events'
  const answer = await openCall(baton.address, path, {
    headers: { host, cookie, 'sec-fetch-site': 'same-origin', ...headers },
  })
  await atBackend
  answer.destroy()
  const [server, call] = await spansOf(collector, traceId, row, 'GET')
  expect(server).toMatchObject({ hasFailed: false, attributes: { 'baton.aborted': 1 } })
  expect(call).toMatchObject({ attributes: { 'error.type': 'caller_left' } })
})

test('a WebSocket is a span until it closes, and its handshake one that ends with it', async ({
  collector,
  baton,
  person,
  host,
  rooms,
}) => {
  const { traceId, headers } = callerTrace()
  const address = `${baton.address.replace('http', 'ws')}/api/backends/rooms/lobby`
  const cookie = await person.cookies()
  const socket = new WebSocket(address, { headers: { host, cookie, origin: baton.url, ...headers } })
  await once(socket, 'message')
  const [handshake] = await spansOf(collector, traceId, 'GET')
  expect(handshake).toMatchObject({ hasFailed: false, attributes: { 'http.response.status_code': 101 } })
  expect(rooms.handshakes.at(-1)?.headers.traceparent).toBe(`00-${traceId}-${handshake?.spanId}-01`)
  expect(collector.spans.filter((span) => span.traceId === traceId)).toHaveLength(1)
  socket.close()
  const [server] = await spansOf(collector, traceId, row)
  expect(server).toMatchObject({ spanId: handshake?.parentSpanId, hasFailed: false })
})

test('a handshake that a backend refuses ends both spans', async ({ collector, baton, person, host }) => {
  const { traceId, headers } = callerTrace()
  const address = `${baton.address.replace('http', 'ws')}/api/backends/rooms/full`
  const cookie = await person.cookies()
  const socket = new WebSocket(address, { headers: { host, cookie, origin: baton.url, ...headers } })
  await once(socket, 'error')
  const [server, call] = await spansOf(collector, traceId, row, 'GET')
  expect(server).toMatchObject({ attributes: { 'http.response.status_code': 429 } })
  expect(call).toMatchObject({ hasFailed: true, attributes: { 'error.type': '429' } })
})

test('what an unknown method or a wrong host is refused ends its span', async ({
  collector,
  baton,
  host,
}) => {
  const { traceId, headers } = callerTrace()
  await httpCall(baton.address, '/of/bob', { headers: { ...headers, host: 'elsewhere.example' } })
  await httpCall(baton.address, '/api/nowhere/of/bob', { method: 'PROPFIND', headers: { ...headers, host } })
  const [page, odd] = await spansOf(collector, traceId, 'GET /*', 'HTTP /api/*')
  expect(page).toMatchObject({ attributes: { 'http.response.status_code': 421 } })
  expect(odd).toMatchObject({ attributes: { 'http.request.method': '_OTHER' } })
})
