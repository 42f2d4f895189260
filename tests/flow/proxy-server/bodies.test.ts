import { Readable } from 'node:stream'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { listen } from '../../support/partners.ts'
import { echo, type ProxyStage, type Seen, startProxyStage } from '../../support/proxy-stage.ts'

let proxy: ProxyStage
let packed: Awaited<ReturnType<typeof listen>>
const gzipped = gzipSync('what is packed stays packed')

beforeAll(async () => {
  packed = await listen((_, response) => response.setHeader('content-encoding', 'gzip').end(gzipped))
  proxy = await startProxyStage({ backends: [{ name: 'packed', url: packed.url }] })
})

afterAll(async () => {
  await proxy?.close()
  await packed?.close()
})

test('a body of known length goes with GET and keeps its length', async () => {
  const headers = { 'content-type': 'application/json', 'content-length': '10' }
  const seen = (await proxy.call(echo, { method: 'GET', body: '{"a":"é"}', headers })).json<Seen>()
  expect(seen).toMatchObject({ method: 'GET', body: '{"a":"é"}', headers })
})

test('a chunked body goes with GET', async () => {
  const answer = await proxy.call(echo, {
    method: 'GET',
    body: Readable.from(['one, ', 'two, ', 'three']),
    headers: { 'transfer-encoding': 'chunked' },
  })
  expect(answer.json<Seen>()).toMatchObject({ method: 'GET', body: 'one, two, three' })
})

test('an encoded answer is passed on as it is, not unpacked', async () => {
  const answer = await proxy.call('/packed/')
  expect(answer.headers['content-encoding']).toBe('gzip')
  expect(answer.body.equals(gzipped)).toBe(true)
})
