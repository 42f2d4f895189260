import { once } from 'node:events'
import { PassThrough, Readable } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect } from 'vitest'
import { listen } from '../../support/partners.ts'
import { long, portOf, served, short } from '../../support/proxied-backends.ts'
import { test as base } from '../../support/test-proxy.ts'

const test = base.extend('backend', served, ({ closing }) =>
  closing(
    listen(async (request, response) => {
      const { pathname } = new URL(request.url ?? '', 'http://backend')
      // Without a reader of it, a body soon fills what is between the two.
      if (pathname === '/never' || pathname === '/takes-nothing') return
      if (pathname === '/stalls') return response.writeHead(200, { 'content-length': '10' }).write('begun')
      if (pathname === '/early')
        response.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders()
      if (pathname === '/trickles') {
        response.writeHead(200, { 'content-type': 'text/plain' })
        Readable.from(trickle(12)).pipe(response)
        return
      }
      if (pathname === '/takes-late') await sleep(300)
      request.resume().on('end', async () => {
        if (pathname === '/early') await sleep(long * 1.5)
        response.end('taken')
      })
    }, portOf('timed')),
  ),
)

/** Pieces that are each well within the long limit, and twelve of them well beyond it. */
async function* trickle(pieces: number, piece = 'x', every = long / 8) {
  for (let sent = 0; sent < pieces; sent++) {
    await sleep(every)
    yield piece
  }
}

function* repeat(piece: Buffer) {
  for (;;) yield piece
}

test('a backend that does not answer within `timeoutMs` is given up with 504', async ({ proxy }) => {
  for (const method of ['GET', 'POST']) {
    const answer = await proxy.call('/hurried/never', { method })
    expect(answer.status).toBe(504)
    expect(answer.headers['cache-control']).toBe('no-store')
    expect(answer.json()).toMatchObject({ error: 'gateway_timeout' })
  }
})

test('a backend that has the whole body and does not answer is given up with 504', async ({ proxy }) => {
  const answer = await proxy.call('/hurried/never', { method: 'POST', body: Buffer.alloc(100_000) })
  expect(answer.status).toBe(504)
})

test('the backend hears when it is given up', async ({ backend, proxy }) => {
  const arrived = once(backend.server, 'request')
  const call = proxy.call('/hurried/never')
  const [, response] = await arrived
  await once(response, 'close')
  expect((await call).status).toBe(504)
})

test('an upload that takes longer than `timeoutMs` is no timeout while its bytes move', async ({ proxy }) => {
  for (const headers of [{}, { 'content-length': '12' }]) {
    const answer = await proxy.call('/answering/taken', {
      method: 'POST',
      headers,
      body: Readable.from(trickle(12)),
    })
    expect([answer.status, answer.text]).toEqual([200, 'taken'])
  }
})

test('an upload that stalls for `idleTimeoutMs` is given up', async ({ proxy }) => {
  const body = new PassThrough()
  body.write('begun')
  const answer = await proxy.call('/restless/taken', { method: 'POST', body })
  expect(answer.status).toBe(504)
  expect(answer.json().error_description).toBe('the request body stalled')
  body.destroy()
})

test('an upload that its backend does not take is given up as a fault of the backend', async ({ proxy }) => {
  const body = Readable.from(repeat(Buffer.alloc(64 * 1024)))
  const answer = await proxy.call('/restless/takes-nothing', { method: 'POST', body })
  expect(answer.status).toBe(504)
  expect(answer.json().error_description).toBe('the backend did not answer in time')
  body.destroy()
})

test('an upload that stalls once its backend has taken what there was is a fault of the caller', async ({
  proxy,
}) => {
  const body = new PassThrough()
  body.write(Buffer.alloc(20_000_000))
  const answer = await proxy.call('/restless/takes-late', { method: 'POST', body })
  expect(answer.status).toBe(504)
  expect(answer.json().error_description).toBe('the request body stalled')
  body.destroy()
})

test('an upload of less than a KiB a second ends after half a minute, however steadily it moves', async ({
  proxy,
}) => {
  const [slow, faster] = await Promise.all(
    ['x', 'x'.repeat(1_500)].map((piece) =>
      proxy.call('/moving/taken', { method: 'POST', body: Readable.from(trickle(160, piece, 200)) }),
    ),
  )
  expect([slow?.status, slow?.json().error_description]).toEqual([504, 'the request body stalled'])
  expect([faster?.status, faster?.text]).toEqual([200, 'taken'])
})

test('an answer that takes longer than `idleTimeoutMs` is no timeout while its bytes move', async ({
  proxy,
}) => {
  expect((await proxy.call('/moving/trickles')).text).toBe('x'.repeat(12))
})

test('an answer that stalls for `idleTimeoutMs` is broken off and not ended as if it were whole', async ({
  proxy,
}) => {
  await expect(proxy.call('/restless/stalls')).rejects.toThrow('aborted')
})

test('a stream of events outlives `idleTimeoutMs` of silence', async ({ proxy }) => {
  const answer = await proxy.open(`/events/api/authenticated/events?every=${short * 2}`)
  let received = ''
  for await (const chunk of answer) {
    received += chunk
    if (received.includes('id: 2\n')) break
  }
  expect(received).toMatch(/id: 1\n.*id: 2\n/s)
})

test('an answer that began before the upload ended is not timed as if it had not begun', async ({
  proxy,
}) => {
  const answer = await proxy.call('/answering/early', { method: 'POST', body: Readable.from(trickle(2)) })
  expect([answer.status, answer.text]).toEqual([200, 'taken'])
})
