import { afterAll, beforeAll, expect, test } from 'vitest'
import { rawExchange } from '../../support/clients/raw-exchange.ts'
import { echo, type ProxyStage, startProxyStage } from '../../support/proxy-stage.ts'

const all = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']

let proxy: ProxyStage

beforeAll(async () => {
  proxy = await startProxyStage()
})

afterAll(() => proxy?.close())

test('HEAD is answered with the headers of GET and no body', async () => {
  const answer = await proxy.call('/demo/api/authenticated/bytes/1234', { method: 'HEAD' })
  expect(answer.status).toBe(200)
  expect(answer.headers['content-length']).toBe('1234')
  expect(answer.body).toHaveLength(0)
})

test.each(['TRACE', 'PROPFIND', 'LOCK', 'PURGE'])('%s is refused by every backend', async (method) => {
  const answer = await proxy.call(echo, { method })
  expect(answer.status).toBe(405)
  expect(answer.headers.allow).toBe(all.join(', '))
  expect(answer.json()).toMatchObject({ error: 'method_not_allowed' })
})

test('CONNECT opens no tunnel', async () => {
  const { host } = new URL(proxy.partners.backendUrl)
  for (const target of [host, `/api/backends${echo}`]) {
    const head = `CONNECT ${target} HTTP/1.1\r\nHost: ${proxy.host}\r\nCookie: ${proxy.cookie}\r\n\r\n`
    expect(await rawExchange(proxy.baton.address, head)).not.toMatch(/^HTTP\/1\.1 [123]/)
  }
})

test('a method that HTTP does not know is refused and not forwarded', async () => {
  const head = `FORWARD /api/backends${echo} HTTP/1.1\r\nHost: ${proxy.host}\r\nCookie: ${proxy.cookie}\r\n\r\n`
  expect(await rawExchange(proxy.baton.address, head)).toMatch(/^HTTP\/1\.1 4\d\d /)
})
