import { expect, test } from 'vitest'
import { endpointAt, endpoints } from '#lib/endpoints/all.ts'
import { handlerOf, methodsOf, reading } from '#lib/endpoints/endpoint.ts'
import { matcher } from '#lib/endpoints/match.ts'
import type { OAuthError } from '#lib/oauth/error.ts'

test.each(endpoints.map(({ path }) => path))('the row of %s answers its own path', (path) => {
  const example = path.replace(/\*$/, 'example/below')
  expect(endpointAt(example).path).toBe(path)
})

test.each([
  ['/api/nonce', '/api/nonce'],
  ['/api/nonce/', '/api/nonce'],
  ['/api/nonce/status', '/api/nonce/status'],
  ['/api/nonce/statu', '/api/*'],
  ['/api/nonces', '/api/*'],
  ['/api/backends/demo/a/b', '/api/backends/*'],
  ['/api/backends/', '/api/backends/*'],
  ['/api/backends', '/api/*'],
  ['/api/backendsx/demo', '/api/*'],
  ['/api', '/*'],
  ['/handoff/', '/handoff'],
  ['/handoff/x', '/*'],
  ['/oidc', '/*'],
  ['/', '/'],
  ['//api/nonce', '/*'],
  ['/API/nonce', '/*'],
])('%s is answered by the row of %s', (path, row) => {
  expect(endpointAt(path).path).toBe(row)
})

test('no address has two rows', () => {
  const paths = endpoints.map(({ path }) => path)
  expect(new Set(paths).size).toBe(paths.length)
})

test('a table that does not stand for every path is a fault', () => {
  expect(() => matcher([{ path: '/a' }])('/b')).toThrow('/b')
})

test('a method without a handler is refused, with the methods that have one', () => {
  const [read, written] = [() => 'read', () => 'written']
  const handlers = { ...reading(read), POST: written }
  expect(handlerOf(handlers, 'HEAD')()).toBe('read')
  expect(handlerOf(handlers, 'POST')()).toBe('written')
  for (const method of ['PUT', 'constructor', 'TRACE', '', undefined]) {
    const refusal = (() => {
      try {
        return handlerOf(handlers, method)
      } catch (error) {
        return error as OAuthError
      }
    })()
    expect(refusal).toMatchObject({ code: 'method_not_allowed', options: { allow: ['GET', 'HEAD', 'POST'] } })
  }
  expect(methodsOf(() => 'any')).toContain('DELETE')
})
