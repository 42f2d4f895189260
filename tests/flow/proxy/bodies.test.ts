import { randomBytes } from 'node:crypto'
import { Readable } from 'node:stream'
import { gunzipSync, gzipSync } from 'node:zlib'
import { expect } from 'vitest'
import { rawExchange } from '../../support/clients/raw-exchange.ts'
import { sha256Hex } from '../../support/digest.ts'
import { listen } from '../../support/partners.ts'
import { portOf, served } from '../../support/proxied-backends.ts'
import { test as base, echo, type Seen } from '../../support/test-proxy.ts'

const text = 'what is packed can be unpacked'

const test = base.extend('packed', served, ({ closing }) =>
  closing(
    listen(({ headers }, response) => {
      if (!headers['accept-encoding']?.includes('gzip')) return response.end(text)
      return response.setHeader('content-encoding', 'gzip').end(gzipSync(text))
    }, portOf('packed')),
  ),
)

test.for(['POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])(
  'a body of known length goes with %s and keeps its length',
  async (method, { proxy }) => {
    const body = '{"a":"é"}'
    const answer = await proxy.call(echo, {
      method,
      body,
      headers: { 'content-type': 'application/json', 'content-length': String(Buffer.byteLength(body)) },
    })
    const seen = answer.json<Seen>()
    expect(seen).toMatchObject({ method, body })
    expect(seen.headers).toMatchObject({ 'content-type': 'application/json', 'content-length': '10' })
  },
)

test.for(['POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])(
  'a chunked body goes with %s',
  async (method, { proxy }) => {
    const answer = await proxy.call(echo, {
      method,
      body: Readable.from(['one, ', 'two, ', 'three']),
      headers: { 'transfer-encoding': 'chunked' },
    })
    expect(answer.json<Seen>()).toMatchObject({ method, body: 'one, two, three' })
  },
)

test('an empty body arrives as an empty body, however it is announced', async ({ proxy }) => {
  for (const headers of [{ 'content-length': '0' }, { 'transfer-encoding': 'chunked' }]) {
    const answer = await proxy.call(echo, { method: 'POST', headers })
    expect(answer.status).toBe(200)
    expect(answer.json<Seen>().body).toBe('')
  }
})

test('bytes that are no text arrive unchanged', async ({ proxy }) => {
  const body = randomBytes(300_000)
  const answer = await proxy.call('/demo/api/authenticated/bytes', { method: 'POST', body })
  expect(answer.json()).toEqual({ bytes: body.length, sha256: sha256Hex(body) })
})

test('an answer that the backend compresses on request can be read by the caller', async ({ proxy }) => {
  const answer = await proxy.call('/packed/', { headers: { 'accept-encoding': 'gzip' } })
  const unpacked = answer.headers['content-encoding'] === 'gzip' ? gunzipSync(answer.body) : answer.body
  expect(unpacked.toString()).toBe(text)
})

test('a caller that waits for 100 Continue is told to go on, and its body arrives', async ({
  host,
  proxy,
  baton,
}) => {
  const head = [
    `POST /api/backends${echo} HTTP/1.1`,
    `Host: ${host}`,
    `Cookie: ${proxy.cookie}`,
    'Sec-Fetch-Site: same-origin',
    'Expect: 100-continue',
    'Content-Length: 5',
    'Connection: close',
  ]
  let sent = false
  const received = await rawExchange(baton.address, `${head.join('\r\n')}\r\n\r\n`, (so, socket) => {
    if (!sent && so.startsWith('HTTP/1.1 100 ')) {
      sent = true
      socket.write('hello')
    }
    return false
  })
  expect(received).toMatch(/^HTTP\/1\.1 100 Continue\r\n\r\nHTTP\/1\.1 200 OK\r\n/)
  expect(received).toContain('"body":"hello"')
  expect(received).not.toContain('"expect":')
})

test('calls on one connection that is kept open are answered one after the other', async ({
  host,
  proxy,
  baton,
}) => {
  const call = (path: string, connection: string, body: string) =>
    [
      `POST /api/backends${echo}/${path} HTTP/1.1`,
      `Host: ${host}`,
      `Cookie: ${proxy.cookie}`,
      'Sec-Fetch-Site: same-origin',
      `Connection: ${connection}`,
      `Content-Length: ${body.length}`,
      '',
      body,
    ].join('\r\n')
  const both = call('first', 'keep-alive', 'one') + call('second', 'close', 'two')
  const received = await rawExchange(baton.address, both)
  expect(received.match(/HTTP\/1\.1 200 OK/g)).toHaveLength(2)
  expect(received).toMatch(/echo\/first".*"body":"one".*echo\/second".*"body":"two"/s)
})
