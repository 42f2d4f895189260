import { randomBytes } from 'node:crypto'
import { Readable } from 'node:stream'
import { gunzipSync, gzipSync } from 'node:zlib'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { rawExchange } from '../../support/clients/raw-exchange.ts'
import { sha256Hex } from '../../support/digest.ts'
import { listen } from '../../support/partners.ts'
import { echo, type ProxyStage, type Seen, startProxyStage } from '../../support/proxy-stage.ts'

let proxy: ProxyStage
let packed: Awaited<ReturnType<typeof listen>>
const text = 'what is packed can be unpacked'

beforeAll(async () => {
  packed = await listen(({ headers }, response) => {
    if (!headers['accept-encoding']?.includes('gzip')) return response.end(text)
    return response.setHeader('content-encoding', 'gzip').end(gzipSync(text))
  })
  proxy = await startProxyStage({ backends: [{ name: 'packed', url: packed.url }] })
})

afterAll(async () => {
  await proxy?.close()
  await packed?.close()
})

test.each(['POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])(
  'a body of known length goes with %s and keeps its length',
  async (method) => {
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

test.each(['POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])('a chunked body goes with %s', async (method) => {
  const answer = await proxy.call(echo, {
    method,
    body: Readable.from(['one, ', 'two, ', 'three']),
    headers: { 'transfer-encoding': 'chunked' },
  })
  expect(answer.json<Seen>()).toMatchObject({ method, body: 'one, two, three' })
})

test('an empty body arrives as an empty body, however it is announced', async () => {
  for (const headers of [{ 'content-length': '0' }, { 'transfer-encoding': 'chunked' }]) {
    const answer = await proxy.call(echo, { method: 'POST', headers })
    expect(answer.status).toBe(200)
    expect(answer.json<Seen>().body).toBe('')
  }
})

test('bytes that are no text arrive unchanged', async () => {
  const body = randomBytes(300_000)
  const answer = await proxy.call('/demo/api/authenticated/bytes', { method: 'POST', body })
  expect(answer.json()).toEqual({ bytes: body.length, sha256: sha256Hex(body) })
})

test('an answer that its backend packs when it is asked to can be read by who asked', async () => {
  const answer = await proxy.call('/packed/', { headers: { 'accept-encoding': 'gzip' } })
  const unpacked = answer.headers['content-encoding'] === 'gzip' ? gunzipSync(answer.body) : answer.body
  expect(unpacked.toString()).toBe(text)
})

test('a caller that waits for 100 Continue is told to go on, and its body arrives', async () => {
  const head = [
    `POST /api/backends${echo} HTTP/1.1`,
    `Host: ${proxy.host}`,
    `Cookie: ${proxy.cookie}`,
    'Sec-Fetch-Site: same-origin',
    'Expect: 100-continue',
    'Content-Length: 5',
    'Connection: close',
  ]
  let sent = false
  const received = await rawExchange(proxy.baton.address, `${head.join('\r\n')}\r\n\r\n`, (so, socket) => {
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

test('calls on one connection that is kept open are answered one after the other', async () => {
  const call = (path: string, connection: string, body: string) =>
    [
      `POST /api/backends${echo}/${path} HTTP/1.1`,
      `Host: ${proxy.host}`,
      `Cookie: ${proxy.cookie}`,
      'Sec-Fetch-Site: same-origin',
      `Connection: ${connection}`,
      `Content-Length: ${body.length}`,
      '',
      body,
    ].join('\r\n')
  const both = call('first', 'keep-alive', 'one') + call('second', 'close', 'two')
  const received = await rawExchange(proxy.baton.address, both)
  expect(received.match(/HTTP\/1\.1 200 OK/g)).toHaveLength(2)
  expect(received).toMatch(/echo\/first".*"body":"one".*echo\/second".*"body":"two"/s)
})
