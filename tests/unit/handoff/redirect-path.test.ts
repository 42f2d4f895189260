import { expect, test } from 'vitest'
import { redirectPath } from '#lib/handoff/redirect-path.ts'

const elsewhere = [
  'https://evil.test',
  'http://evil.test/',
  'HTTPS://evil.test',
  'https:evil.test',
  'https:/evil.test',
  'https:\\\\evil.test',
  '//evil.test',
  '///evil.test',
  '////evil.test',
  '//evil.test@baton.example.org',
  '//baton.example.org@evil.test',
  '/\\evil.test',
  '/\\/evil.test',
  '\\/evil.test',
  '\\\\evil.test',
  '/a\\b',
  '/a/..\\..//evil.test',
  '/\t/evil.test',
  '/\n/evil.test',
  '/\r/evil.test',
  '/\r\n/evil.test',
  '\t//evil.test',
  '\n/a',
  ' /a',
  ' //evil.test',
  '\u00a0//evil.test',
  '/\u0085/evil.test',
  '/a\0b',
  '/a\x7f',
  '/..//evil.test',
  '/.//evil.test',
  '/a/..//evil.test',
  '/a/../..//evil.test',
  '/%2e%2e//evil.test',
  '/%2E//evil.test',
  '/a/%2e%2E//evil.test',
  '/./..///evil.test',
  'javascript:alert(1)',
  'JaVaScRiPt:alert(1)',
  'data:text/html,x',
  'vbscript:x',
  'blob:https://evil.test/1',
  'mailto:a@evil.test',
  'evil.test',
  'inbox',
  './inbox',
  '../inbox',
  '?x=1',
  '#x',
  '@evil.test',
  ':443',
  '',
  `/${'a'.repeat(2048)}`,
]

test.each(elsewhere)('what could lead away from the origin is refused: %j', (value) => {
  expect(() => redirectPath(value)).toThrow(expect.objectContaining({ code: 'invalid_request' }))
})

test.each([
  ['/', '/'],
  ['/inbox?unread=1', '/inbox?unread=1'],
  ['/inbox?unread=1&unread=2#top', '/inbox?unread=1&unread=2#top'],
  ['/a/../b', '/b'],
  ['/a/./b', '/a/b'],
  ['/a//b', '/a//b'],
  ['/a%2Fb', '/a%2Fb'],
  ['/%2F%2Fevil.test', '/%2F%2Fevil.test'],
  ['/%5Cevil.test', '/%5Cevil.test'],
  ['/https://evil.test', '/https://evil.test'],
  ['/?to=//evil.test', '/?to=//evil.test'],
  ['/#//evil.test', '/#//evil.test'],
  ['/@evil.test', '/@evil.test'],
  ['/:443', '/:443'],
  ['/größe', '/gr%C3%B6%C3%9Fe'],
  ['/a b', '/a%20b'],
  ['/a\u2028b', '/a%E2%80%A8b'],
  [`/${'a'.repeat(2047)}`, `/${'a'.repeat(2047)}`],
])('a path of the origin stays one: %j becomes %s', (value, path) => {
  expect(redirectPath(value)).toBe(path)
})

test('whatever is let in, a browser resolves it on the origin itself and a header can carry it', () => {
  const parts = ['/', '\\', '.', '..', '%2e', '\t', '\n', ' ', 'a', '@', ':', '?', '#', 'é', '//evil.test']
  let passed = 0
  const grow = (value: string, depth: number): void => {
    for (const part of parts) {
      const longer = value + part
      const path = pathOrRefusal(longer)
      if (path !== undefined) {
        passed++
        for (const origin of ['https://baton.example.org', 'http://localhost:3000'])
          expect(new URL(path, `${origin}/handoff?nonce=x`).origin, longer).toBe(origin)
        expect(path, longer).toMatch(/^\/(?!\/)[\x21-\x7e]*$/)
      }
      if (depth > 1) grow(longer, depth - 1)
    }
  }
  grow('', 4)
  expect(passed).toBeGreaterThan(500)
})

function pathOrRefusal(value: string): string | undefined {
  try {
    return redirectPath(value)
  } catch {
    return undefined
  }
}
