import { expect } from 'vitest'
import { rawExchange } from '../../support/clients/raw-exchange.ts'
import { echo, test } from '../../support/test-proxy.ts'

const all = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']

test('HEAD is answered with the headers of GET and no body', async ({ proxy }) => {
  const answer = await proxy.call('/demo/api/authenticated/bytes/1234', { method: 'HEAD' })
  expect(answer.status).toBe(200)
  expect(answer.headers['content-length']).toBe('1234')
  expect(answer.body).toHaveLength(0)
})

test.for(['TRACE', 'PROPFIND', 'LOCK', 'PURGE'])(
  '%s is refused by every backend',
  async (method, { proxy }) => {
    const answer = await proxy.call(echo, { method })
    expect(answer.status).toBe(405)
    expect(answer.headers.allow).toBe(all.join(', '))
    expect(answer.json()).toMatchObject({ error: 'method_not_allowed' })
  },
)

test('CONNECT opens no tunnel', async ({ partners, proxy, baton, host }) => {
  for (const target of [new URL(partners.backendUrl).host, `/api/backends${echo}`]) {
    const head = `CONNECT ${target} HTTP/1.1\r\nHost: ${host}\r\nCookie: ${proxy.cookie}\r\n\r\n`
    expect(await rawExchange(baton.address, head)).not.toMatch(/^HTTP\/1\.1 [123]/)
  }
})

test('a method that HTTP does not know is refused and not forwarded', async ({ host, proxy, baton }) => {
  const head = `FORWARD /api/backends${echo} HTTP/1.1\r\nHost: ${host}\r\nCookie: ${proxy.cookie}\r\n\r\n`
  expect(await rawExchange(baton.address, head)).toMatch(/^HTTP\/1\.1 4\d\d /)
})
