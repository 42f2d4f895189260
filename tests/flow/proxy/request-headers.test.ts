import { connect } from 'node:net'
import { Readable } from 'node:stream'
import { expect } from 'vitest'
import { rawHead } from '../../support/clients/raw-exchange.ts'
import { sha256Hex } from '../../support/digest.ts'
import { test as base, echo, type Seen } from '../../support/test-proxy.ts'

const test = base.extend(
  'seenHeaders',
  ({ proxy }) =>
    async (headers: Record<string, string | string[] | undefined>, path = echo) => {
      const answer = await proxy.call(path, { headers })
      expect(answer.status).toBe(200)
      return answer.json<Seen>().headers
    },
)

const sentOn = {
  accept: 'application/json;q=0.5, */*',
  'accept-encoding': 'identity',
  'accept-language': 'de, en;q=0.5',
  'accept-patch': 'a/b',
  'content-type': 'text/plain; charset=utf-8',
  'content-language': 'de',
  'content-encoding': 'identity',
  'content-disposition': 'attachment',
  'content-md5': 'abc',
  range: 'bytes=0-5',
  'if-match': '"a"',
  'if-none-match': '"b", W/"c"',
  'if-modified-since': 'Sat, 21 Nov 2026 00:00:00 GMT',
  'if-unmodified-since': 'Sat, 21 Nov 2026 00:00:00 GMT',
  'if-range': '"d"',
  'cache-control': 'no-cache',
  pragma: 'no-cache',
  prefer: 'return=minimal',
  'idempotency-key': '"key"',
  'last-event-id': '41',
  baggage: 'a=1',
  traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
  tracestate: 'a=b',
  'user-agent': 'Agent/1.0',
  'x-requested-with': 'XMLHttpRequest',
}

test.for(Object.entries(sentOn))('%s is sent on', async ([name, value], { seenHeaders }) => {
  expect((await seenHeaders({ [name]: value }))[name]).toBe(value)
})

test('a trace is passed on, and one that is malformed or repeated is not', async ({ seenHeaders }) => {
  const [traceparent, tracestate] = [sentOn.traceparent, 'a=b']
  expect(await seenHeaders({ traceparent, tracestate })).toMatchObject({ traceparent, tracestate })
  for (const bad of ['00-0-0-01', traceparent.toUpperCase(), [traceparent, traceparent]]) {
    const headers = await seenHeaders({ traceparent: bad, tracestate })
    expect(headers).not.toHaveProperty('traceparent')
    expect(headers).not.toHaveProperty('tracestate')
  }
})

test.for([
  'origin',
  'referer',
  'sec-fetch-mode',
  'sec-ch-ua',
  'dnt',
  'x-api-key',
  'x-api-version',
  'x-tenant',
  'x-real-ip',
  'x-http-method-override',
  'x-original-url',
  'proxy-authorization',
  'proxy-connection',
  'keep-alive',
  'te',
  'via',
  'x-accept',
  'baton-handoff-verifier',
])('%s is not sent on', async (name, { seenHeaders, baton }) => {
  const headers = await seenHeaders({ [name]: name === 'origin' ? baton.url : 'trailers' })
  expect(headers).not.toHaveProperty(name)
})

test("the caller's cookies never reach the backend", async ({ seenHeaders, proxy }) => {
  const headers = await seenHeaders({ cookie: `${proxy.cookie}; other=1` })
  expect(headers).not.toHaveProperty('cookie')
  expect(JSON.stringify(headers)).not.toContain('baton.session')
})

test("the backend gets the provider's access token in place of the caller's credentials", async ({
  seenHeaders,
  partners,
}) => {
  const headers = await seenHeaders({ authorization: 'Basic YTpi' })
  const digests = partners.issuedTokens.map((token) => `Bearer sha256:${sha256Hex(token)}`)
  expect(digests).toContain(headers.authorization)
})

test('what the Connection header names goes no further, even when it is on the list', async ({
  seenHeaders,
}) => {
  const headers = await seenHeaders({
    connection: ['close, Prefer', ' accept-language ,User-Agent'],
    prefer: 'return=minimal',
    'accept-language': 'de',
    'user-agent': 'Agent/1.0',
    accept: 'text/plain',
  })
  expect(headers).not.toHaveProperty('prefer')
  expect(headers).not.toHaveProperty('accept-language')
  expect(headers).not.toHaveProperty('user-agent')
  expect(headers.accept).toBe('text/plain')
})

test("what the Connection header names cannot take away Baton's own headers", async ({
  seenHeaders,
  host,
  partners,
}) => {
  const named = 'close, authorization, forwarded, x-forwarded-host, x-request-id, host'
  const headers = await seenHeaders({ connection: named })
  expect(headers.authorization).toMatch(/^Bearer sha256:/)
  expect(headers['x-forwarded-host']).toBe(host)
  expect(headers['x-request-id']).toMatch(/./)
  expect(headers.host).toBe(new URL(partners.backendUrl).host)
})

test('a Connection header that names Content-Length cuts no body short', async ({ proxy }) => {
  const answer = await proxy.call(echo, {
    method: 'POST',
    body: 'hello',
    headers: { 'content-length': '5', connection: 'close, content-length' },
  })
  expect(answer.json<Seen>().body).toBe('hello')
})

test('a header on the list that is sent twice arrives twice', async ({ seenHeaders }) => {
  expect((await seenHeaders({ accept: ['text/plain', 'text/html'] })).accept).toBe('text/plain, text/html')
})

test('an expectation is met here and not sent on', async ({ proxy }) => {
  const answer = await proxy.call(echo, { method: 'POST', headers: { expect: '100-continue' }, body: 'x' })
  expect(answer.json<Seen>().headers).not.toHaveProperty('expect')
})

test("a backend gets its own `requestHeaders`, and the demo's does not", async ({ seenHeaders }) => {
  const sent = { 'x-api-version': '7', 'X-Tenant': 'acme' }
  const headers = await seenHeaders(sent, '/more/api/authenticated/echo')
  expect(headers).toMatchObject({ 'x-api-version': '7', 'x-tenant': 'acme' })
  expect(await seenHeaders(sent)).not.toHaveProperty('x-tenant')
})

test('a chunked body arrives without its trailers and without word of them', async ({ proxy }) => {
  const answer = await proxy.call(echo, {
    method: 'POST',
    body: Readable.from(['hello']),
    headers: { 'transfer-encoding': 'chunked', trailer: 'x-sum' },
  })
  const seen = answer.json<Seen>()
  expect(seen.body).toBe('hello')
  expect(seen.headers).not.toHaveProperty('trailer')
})

test('a header value beyond ASCII arrives byte for byte', async ({ seenHeaders }) => {
  // Both ends show these bytes as latin1; what matters is that they are the same ones.
  const value = Buffer.from('attachment; filename="5 €.txt"', 'utf8').toString('latin1')
  expect((await seenHeaders({ prefer: value })).prefer).toBe(value)
})

test('the Host of the backend is its own', async ({ seenHeaders, partners }) => {
  expect((await seenHeaders({})).host).toBe(new URL(partners.backendUrl).host)
})

test('an upgrade that does not say where it comes from opens nothing', async ({ baton, host, proxy }) => {
  const { hostname, port } = new URL(baton.address)
  const socket = connect(Number(port), hostname)
  socket.write(
    rawHead(
      `GET /api/backends${echo}`,
      `Host: ${host}`,
      `Cookie: ${proxy.cookie}`,
      'Connection: Upgrade',
      'Upgrade: websocket',
      'Sec-WebSocket-Version: 13',
      'Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==',
    ),
  )
  let received = ''
  for await (const chunk of socket) {
    received += chunk
    if (received.includes('\r\n\r\n')) break
  }
  expect(received).not.toMatch(/^HTTP\/1\.1 101/)
  expect(received).not.toMatch(/"upgrade":/)
})
