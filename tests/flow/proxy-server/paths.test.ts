import { expect } from 'vitest'
import { rawExchange, rawHead } from '../../support/clients/raw-exchange.ts'
import { test } from '../../support/test-paths.ts'

test.for([
  '/a?',
  '/a?b=1&b=2&a=0&b=1',
  '/a?x=%20+%2B&empty&y=',
  '/a?redirect=https://elsewhere.example/../x//y',
  '/a?b?c',
  '/a//b',
  '/fetch/https://elsewhere.example//x/',
  '/a:b@c!$&\'()*+,="<>[]^`{|}',
])('%s arrives byte for byte', (path, { expectArrival }) => expectArrival(path))

test.for([
  '/../secret',
  '/a/../../secret',
  '/a/./b',
  '/..',
  '/.',
  '/%2e%2e/secret',
  '/.%2E/secret',
  '/%2e/secret',
  '/..\\secret',
  '/a\\b',
  '//elsewhere.example/secret',
  '/a%zz',
  '/a%',
  '/%c0%ae%c0%ae/secret',
  '/a#b',
])('%s is refused and never reaches the backend', (path, { expectRefusal }) => expectRefusal(path))

test.for(['/caf\xe9', '/a\x7fb', '/a\x01b', '/a\x00b'])(
  'a path with the raw byte of %j is refused and never reaches the backend',
  async (path, { seen, host, proxy, baton }) => {
    const head = rawHead(
      `GET /api/backends/root${path}`,
      `Host: ${host}`,
      `Cookie: ${proxy.cookie}`,
      'Connection: close',
    )
    expect(await rawExchange(baton.address, head)).toMatch(/^HTTP\/1\.1 400 /)
    expect(seen).toEqual([])
  },
)

test.for(['//x'])('there is no backend at /api/backends%s', async (path, { seen, proxy }) => {
  const answer = await proxy.call(path)
  expect(answer.status).toBe(404)
  expect(answer.json()).toMatchObject({ error: 'not_found' })
  expect(answer.headers['cache-control']).toBe('no-store')
  expect(seen).toEqual([])
})
