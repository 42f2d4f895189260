import { expect } from 'vitest'
import { test } from '../../support/test-paths.ts'

test.for([
  '/plain',
  '/',
  '/a/b/c/',
  '/a?b=1&b=2&c=&d=%26',
  '/caf%C3%A9/%e2%82%ac',
  '/%7Euser/~user',
  '/a%2Fb',
  '/a%20b%25c',
  '/100%25',
  '/a;v=1/b;v=2',
  '/...',
  '/a..b/.hidden/x.',
])('%s arrives byte for byte', (path, { expectArrival }) => expectArrival(path))

test('a name alone is the root of the backend, with or without a query', async ({ seen, proxy }) => {
  const statuses = []
  for (const path of ['/root', '/based', '/root?a=1', '/based?a=1'])
    statuses.push((await proxy.call(path)).status)
  expect(statuses).toEqual([200, 200, 200, 200])
  expect(seen).toEqual(['/', '/base', '/?a=1', '/base?a=1'])
})

test.for([
  '/..%2fsecret',
  '/..%5csecret',
  '/a%2f..%2fsecret',
  '/%252e%252e/secret',
  '/%25252e%25252e%25252fsecret',
  '/..;/secret',
  '/..;x=1/secret',
  '/%2e%2e%3b/secret',
  '/a%00b',
  '/a%0d%0aX-Injected:%201',
  '/a%250d%250ab',
  // One level that does not decode must not hide the next one from a backend that decodes leniently.
  '/%25zz/%252e%252e/secret',
  '/%25/%252e%252e/secret',
])('%s is refused and never reaches the backend', (path, { expectRefusal }) => expectRefusal(path))

// Next changes such a path before its route sees it; `proxy-server/paths.test.ts` has what Baton's own server
// does.
test.for([
  '/../secret',
  '/a/../../secret',
  '/..',
  '/%2e%2e/secret',
  '/.%2E/secret',
  '/..\\secret',
  '//elsewhere.example/secret',
  '/%c0%ae%c0%ae/secret',
])('%s never leaves the base of its backend', async (path, { seen, proxy }) => {
  const answer = await proxy.call(`/based${path}`)
  expect(answer.status).toBeGreaterThanOrEqual(300)
  expect(seen).toEqual([])
})

test.for(['/unknown/x', '/ROOT/x', '/root%2f/x', '/%72oot/x', '/.%2e/x', '/__proto__/x', '/'])(
  'there is no backend at /api/backends%s',
  async (path, { seen, proxy }) => {
    const answer = await proxy.call(path)
    expect(answer.status).toBe(404)
    expect(answer.json()).toMatchObject({ error: 'not_found' })
    expect(answer.headers['cache-control']).toBe('no-store')
    expect(seen).toEqual([])
  },
)
