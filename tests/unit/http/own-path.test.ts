import { expect, test } from 'vitest'
import { ownPath } from '#lib/http/own-path.ts'

// What may be a path at all: `tests/unit/handoff/redirect-path.test.ts`.

const origin = 'https://baton.example.org'

test.each([
  ['/inbox?unread=1#top', '/inbox?unread=1#top'],
  [`${origin}/inbox?unread=1#top`, '/inbox?unread=1#top'],
  [`${origin}/`, '/'],
  [`/${'ä'.repeat(3000)}`, `/${'%C3%A4'.repeat(3000)}`],
])('a path of the origin is given, written whole or not: %j', (value, path) => {
  expect(ownPath(value, origin)).toBe(path)
})

test.each([
  origin,
  `${origin}.evil.test/`,
  `${origin}@evil.test/`,
  `${origin}:8443/`,
  `${origin}//evil.test`,
  `${origin}/\\evil.test`,
  `${origin}/..//evil.test`,
  'https://evil.test/',
  '//baton.example.org/',
  'http://baton.example.org/',
])('what only looks like the origin is refused: %j', (value) => {
  expect(ownPath(value, origin)).toBeUndefined()
})

test('without an origin no URL is taken for a path', () => {
  expect(ownPath(`${origin}/inbox`)).toBeUndefined()
})
