import { expect } from 'vitest'
import { echo, type Seen, test } from '../../support/test-proxy.ts'

const all = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']

test.for(all.filter((method) => method !== 'HEAD'))(
  '%s reaches the backend as %s',
  async (method, { proxy }) => {
    const answer = await proxy.call(echo, { method })
    expect(answer.status).toBe(200)
    expect(answer.json<Seen>()).toMatchObject({ method, body: '' })
  },
)

test('HEAD is answered with the status of GET and no body', async ({ proxy }) => {
  const answer = await proxy.call('/demo/api/authenticated/bytes/1234', { method: 'HEAD' })
  expect(answer.status).toBe(200)
  expect(answer.body).toHaveLength(0)
})

test.for(['POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])(
  'a backend that takes GET and HEAD refuses %s with 405 and says what it takes',
  async (method, { proxy }) => {
    const answer = await proxy.call('/read-only/api/authenticated/echo', { method })
    expect(answer.status).toBe(405)
    expect(answer.headers.allow).toBe('GET, HEAD')
    expect(answer.headers['content-type']).toMatch(/^application\/json/)
    expect(answer.headers['cache-control']).toBe('no-store')
    expect(answer.json()).toMatchObject({ error: 'method_not_allowed' })
  },
)

test('a backend that takes GET and HEAD takes GET', async ({ proxy }) => {
  const answer = await proxy.call('/read-only/api/authenticated/echo')
  expect(answer.json<Seen>().method).toBe('GET')
})
