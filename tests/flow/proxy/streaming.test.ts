import { once } from 'node:events'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { PassThrough } from 'node:stream'
import { text } from 'node:stream/consumers'
import { expect } from 'vitest'
import { listen } from '../../support/partners.ts'
import { portOf, served } from '../../support/proxied-backends.ts'
import { test as base } from '../../support/test-proxy.ts'

const api = '/demo/api/authenticated'

const test = base
  /** Answers each piece of a body as it comes, but for one address, where it never says a word. */
  .extend('conversation', served, ({ closing }) =>
    closing(
      listen((request, response) => {
        if (request.url === '/silence') return
        response.writeHead(200, { 'x-begun': 'yes' }).flushHeaders()
        if (request.url === '/later') return
        request.on('data', (chunk) => response.write(`heard ${chunk}`))
        request.on('end', () => response.end())
      }, portOf('conversation')),
    ),
  )
  .extend('abortOf', ({ partners }) => async (mark: string): Promise<{ method: string; url: string }> => {
    for (;;) {
      const [abort] = await once(partners.aborts, 'abort')
      if (abort.url.includes(mark)) return abort
    }
  })

test('events arrive one by one while the stream is still open', async ({ proxy }) => {
  const answer = await proxy.open(`${api}/events?every=20`)
  expect(answer.headers['content-type']).toMatch(/^text\/event-stream\b/)
  let received = ''
  for await (const chunk of answer) {
    received += chunk
    if (received.includes('id: 3\n')) break
  }
  expect(received).toMatch(/^id: 1\n.*\n\nid: 2\n/s)
  // The stream has no end of its own: that events were here is because nobody waited for one.
  expect(answer.complete).toBe(false)
})

test('a stream of events goes on from the last one that the caller has', async ({ proxy }) => {
  const answer = await proxy.open(`${api}/events`, { headers: { 'last-event-id': '41' } })
  const [first] = (await once(answer, 'data')) as [Buffer]
  expect(String(first)).toMatch(/^id: 42\n/)
  answer.destroy()
})

test('headers arrive before the first byte of the body', async ({ conversation, proxy }) => {
  const arrived = once(conversation.server, 'request')
  const answer = await proxy.open('/conversation/later')
  expect(answer.headers['x-begun']).toBe('yes')
  const [, response] = (await arrived) as [IncomingMessage, ServerResponse]
  response.end('now')
  expect(await text(answer)).toBe('now')
})

test('answers go back while the body is still being sent', async ({ proxy }) => {
  const body = new PassThrough()
  body.write('one')
  const answer = await proxy.open('/conversation/', { method: 'POST', body })
  expect(String((await once(answer, 'data'))[0])).toBe('heard one')
  for (const word of ['two', 'three']) {
    body.write(word)
    expect(String((await once(answer, 'data'))[0])).toBe(`heard ${word}`)
  }
  body.end()
  expect(await text(answer)).toBe('')
  expect(answer.complete).toBe(true)
})

test('the backend hears when the caller leaves a stream', async ({ proxy, abortOf }) => {
  const path = `${api}/events?every=20&who=reader`
  const answer = await proxy.open(path)
  await once(answer, 'data')
  const left = abortOf('who=reader')
  answer.destroy()
  expect(await left).toMatchObject({ method: 'GET' })
})

test('the backend hears when the caller leaves before there is an answer', async ({
  conversation,
  proxy,
}) => {
  const arrived = once(conversation.server, 'request')
  const leaving = new AbortController()
  const call = proxy.open('/conversation/silence', { signal: leaving.signal })
  const [, response] = (await arrived) as [IncomingMessage, ServerResponse]
  const left = once(response, 'close')
  leaving.abort()
  await expect(call).rejects.toThrow('aborted')
  await left
  expect(response.writableFinished).toBe(false)
})

test('the backend hears when the caller leaves in the middle of a download', async ({ proxy, abortOf }) => {
  const answer = await proxy.open(`${api}/bytes/1000000000`)
  await once(answer, 'data')
  const left = abortOf('/bytes/1000000000')
  answer.destroy()
  expect(await left).toMatchObject({ method: 'GET' })
})

test('the backend hears when the caller leaves in the middle of an upload', async ({
  conversation,
  proxy,
}) => {
  const arrived = once(conversation.server, 'request')
  const body = new PassThrough()
  const call = proxy.open('/conversation/silence', {
    method: 'POST',
    headers: { 'content-length': '1000000' },
    body,
  })
  body.write(Buffer.alloc(1000))
  const [request, response] = (await arrived) as [IncomingMessage, ServerResponse]
  const left = once(response, 'close')
  body.destroy(new Error('the caller leaves'))
  await expect(call).rejects.toThrow()
  await left
  expect(request.complete).toBe(false)
})
