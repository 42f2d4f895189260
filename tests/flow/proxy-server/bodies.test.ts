import { Readable } from 'node:stream'
import { gzipSync } from 'node:zlib'
import { expect } from 'vitest'
import { listen } from '../../support/partners.ts'
import { portOf, served } from '../../support/proxied-backends.ts'
import { test as base, echo, type Seen } from '../../support/test-proxy.ts'

const gzipped = gzipSync('what is packed stays packed')

const test = base.extend('packed', served, ({ closing }) =>
  closing(
    listen((_, response) => response.setHeader('content-encoding', 'gzip').end(gzipped), portOf('packed')),
  ),
)

test('a body of known length goes with GET and keeps its length', async ({ proxy }) => {
  const headers = { 'content-type': 'application/json', 'content-length': '10' }
  const seen = (await proxy.call(echo, { method: 'GET', body: '{"a":"é"}', headers })).json<Seen>()
  expect(seen).toMatchObject({ method: 'GET', body: '{"a":"é"}', headers })
})

test('a chunked body goes with GET', async ({ proxy }) => {
  const answer = await proxy.call(echo, {
    method: 'GET',
    body: Readable.from(['one, ', 'two, ', 'three']),
    headers: { 'transfer-encoding': 'chunked' },
  })
  expect(answer.json<Seen>()).toMatchObject({ method: 'GET', body: 'one, two, three' })
})

test('an encoded answer is passed on as it is, not unpacked', async ({ proxy }) => {
  const answer = await proxy.call('/packed/')
  expect(answer.headers['content-encoding']).toBe('gzip')
  expect(answer.body.equals(gzipped)).toBe(true)
})
