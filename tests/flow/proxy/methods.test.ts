import { afterAll, beforeAll, expect, test } from 'vitest'
import { echo, type ProxyStage, type Seen, startProxyStage } from '../../support/proxy-stage.ts'

const all = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']

let proxy: ProxyStage

beforeAll(async () => {
  proxy = await startProxyStage({ backends: [{ name: 'read-only', methods: ['GET', 'HEAD'] }] })
})

afterAll(() => proxy?.close())

test.each(all.filter((method) => method !== 'HEAD'))('%s reaches the backend as %s', async (method) => {
  const answer = await proxy.call(echo, { method })
  expect(answer.status).toBe(200)
  expect(answer.json<Seen>()).toMatchObject({ method, body: '' })
})

test('HEAD is answered with the status of GET and no body', async () => {
  const answer = await proxy.call('/demo/api/authenticated/bytes/1234', { method: 'HEAD' })
  expect(answer.status).toBe(200)
  expect(answer.body).toHaveLength(0)
})

test.each(['POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])(
  'a backend that takes GET and HEAD refuses %s with 405 and says what it takes',
  async (method) => {
    const answer = await proxy.call('/read-only/api/authenticated/echo', { method })
    expect(answer.status).toBe(405)
    expect(answer.headers.allow).toBe('GET, HEAD')
    expect(answer.headers['content-type']).toMatch(/^application\/json/)
    expect(answer.headers['cache-control']).toBe('no-store')
    expect(answer.json()).toMatchObject({ error: 'method_not_allowed' })
  },
)

test('a backend that takes GET and HEAD takes GET', async () => {
  const answer = await proxy.call('/read-only/api/authenticated/echo')
  expect(answer.json<Seen>().method).toBe('GET')
})
