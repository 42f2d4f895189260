import { expect, test } from 'vitest'
import { targetPath } from '#lib/backends/target-path.ts'

const bases = [
  'http://backend.test',
  'http://backend.test/',
  'http://backend.test/v1',
  'http://backend.test/v1/',
]

const paths = [
  '/',
  '/api/authenticated/greeting',
  '/a/',
  '/a%2Fb',
  '/a%2fb',
  '/file%2etxt',
  '/file.txt',
  '/.hidden',
  '/..hidden',
  '/...',
  '/a..b',
  '/.well-known/openid-configuration',
  '/a%20b',
  '/a+b',
  '/%E2%9C%93',
  '/%e2%80%a6',
  '/%F0%9F%98%80',
  '/100%25',
  '/a%2525b',
  '/a%252Fb',
  '/@user',
  '/a:b',
  '/items;v=1',
  '/items;v=1/parts;w=2',
  '/http:/evil.test',
  '/fetch/https://evil.test/a',
  '/a//b',
  '/a///',
  '/https:evil.test',
  '/http:evil.test',
  '/@evil.test',
  '/:80',
  '/.evil.test',
  '/%2F%2Fevil.test',
  "/a!$&'()*,=~_-",
  '/[1]',
  '/a?x=1&x=2&x=1',
  '/a?',
  '/a?x=?y=?',
  '/a?x=../../b',
  '/a?x=//evil.test',
  '/a?x=%2e%2e%2f',
  '/a?x=%',
  '/a?x=%ff',
  '/a?x=%00',
  '/?',
]

test.each(paths)('a path passes byte for byte: %s', (rest) => {
  for (const base of bases) {
    const basePath = new URL(base).pathname.replace(/\/$/, '')
    const path = targetPath(base, rest)
    expect(path).toBe(basePath + rest)
    // However a client resolves it, it stays at the backend and below its base.
    const url = new URL(path, base)
    expect(url.origin).toBe('http://backend.test')
    expect(`${url.pathname}/`.startsWith(`${basePath}/`)).toBe(true)
  }
})

test.each([
  ['http://backend.test', '', '/'],
  ['http://backend.test/', '', '/'],
  ['http://backend.test/v1', '', '/v1'],
  ['http://backend.test/v1/', '', '/v1'],
  ['http://backend.test/v1', '?x=1', '/v1?x=1'],
  ['http://backend.test', '?x=1', '/?x=1'],
  ['http://backend.test/', '?', '/?'],
])('nothing after the name asks for the base itself: %s and "%s" make %s', (base, rest, path) => {
  expect(targetPath(base, rest)).toBe(path)
})

test('whatever is made of any short path stays at the backend and below its base', () => {
  const parts = ['/', '.', '..', '%2e', '%2F', '%5c', '%25', ';', 'a', '@', ':', '?', 'http:', '%c0%ae', '%']
  const base = 'http://backend.test/v1'
  let passed = 0
  const grow = (rest: string, depth: number): void => {
    for (const part of parts) {
      const longer = rest + part
      const path = pathOrRefusal(base, longer)
      if (path !== undefined) {
        passed++
        const url = new URL(path, base)
        const inside = url.origin === 'http://backend.test' && `${url.pathname}/`.startsWith('/v1/')
        expect(inside, longer).toBe(true)
      }
      if (depth > 1) grow(longer, depth - 1)
    }
  }
  grow('/', 3)
  expect(passed).toBeGreaterThan(100)
})

function pathOrRefusal(base: string, rest: string): string | undefined {
  try {
    return targetPath(base, rest)
  } catch {
    return undefined
  }
}
