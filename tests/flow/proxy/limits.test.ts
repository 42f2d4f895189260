import { once } from 'node:events'
import { PassThrough, Readable } from 'node:stream'
import { expect } from 'vitest'
import { limit } from '../../support/proxied-backends.ts'
import { echo, type Seen, test } from '../../support/test-proxy.ts'

const limited = '/limited/api/authenticated'

test.afterEach(async ({ proxy }) => {
  expect((await proxy.call(echo, { method: 'POST', body: 'still' })).json<Seen>().body).toBe('still')
})

test('a body of exactly `maxBodyBytes` is taken, however it is sent', async ({ proxy }) => {
  const body = Buffer.alloc(limit)
  for (const sent of [body, Readable.from([body.subarray(0, 60_000), body.subarray(60_000)])]) {
    const answer = await proxy.call(`${limited}/bytes`, { method: 'POST', body: sent })
    expect(answer.json<{ bytes: number }>().bytes).toBe(limit)
  }
})

test('a body that announces a byte more is refused and never reaches the backend', async ({
  proxy,
  seen,
}) => {
  // The body itself stays well below the limit: it is the announcement that counts.
  const body = new PassThrough()
  body.write('begun')
  const answer = await proxy.call('/counted/x', {
    method: 'POST',
    headers: { 'content-length': String(limit + 1) },
    body,
  })
  body.destroy()
  expect(answer.status).toBe(413)
  expect(answer.headers['cache-control']).toBe('no-store')
  expect(answer.json()).toMatchObject({ error: 'payload_too_large' })
  expect(seen).toEqual([])
})

test('a chunked body is refused when it passes the limit, and the backend does not get a whole one', async ({
  partners,
  proxy,
}) => {
  const left = once(partners.aborts, 'abort')
  const answer = await proxy.call(`${limited}/bytes`, {
    method: 'POST',
    body: Readable.from(Array.from({ length: 20 }, () => Buffer.alloc(limit / 10))),
  })
  expect(answer.status).toBe(413)
  expect(answer.json()).toMatchObject({ error: 'payload_too_large' })
  expect((await left)[0]).toMatchObject({ method: 'POST' })
})

test('a chunked body without an end is cut off at the limit', async ({ proxy }) => {
  const endless = Readable.from(
    (function* () {
      for (;;) yield Buffer.alloc(10_000)
    })(),
  )
  const answer = await proxy
    .call(`${limited}/bytes`, { method: 'POST', body: endless })
    .catch(() => undefined)
  expect(answer?.status ?? 413).toBe(413)
  endless.destroy()
})

test('no limit of the demo backend is lower than 1 GiB', async ({ proxy }) => {
  const answer = await proxy.call('/demo/api/authenticated/bytes', {
    method: 'POST',
    body: Buffer.alloc(limit * 50),
  })
  expect(answer.json<{ bytes: number }>().bytes).toBe(limit * 50)
})
