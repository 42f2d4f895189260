import { expect, test } from 'vitest'
import { targetPath } from '#lib/backends/target-path.ts'

const escapes = [
  // dot segments as they are
  '/..',
  '/.',
  '/../admin',
  '/a/../b',
  '/a/./b',
  '/a/..',
  '/a/.?x=1',
  // dots encoded, in every mix of case and of raw with encoded
  '/%2e%2e/admin',
  '/%2E%2E/admin',
  '/%2e%2E/admin',
  '/%2E%2e/admin',
  '/.%2e/admin',
  '/.%2E/admin',
  '/%2e./admin',
  '/%2E./admin',
  '/%2e',
  '/%2E/a',
  // slashes encoded around dot segments
  '/..%2fadmin',
  '/..%2Fadmin',
  '/a%2f..%2fadmin',
  '/a%2f%2e%2e%2fadmin',
  '/a%2f.%2fadmin',
  // backslashes, which some servers read as slashes
  '/a\\b',
  '/..\\admin',
  '/..%5cadmin',
  '/..%5Cadmin',
  '/a%5c..%5cadmin',
  // encoded twice and more
  '/%252e%252e/admin',
  '/%252E%252e%252fadmin',
  '/..%252fadmin',
  '/..%255cadmin',
  '/%25252e%25252e/admin',
  '/%2525252525252e%2525252525252e/admin',
  '/%25252525252525252525252e%25252525252525252525252e/admin',
  // encoded twice beside something that only the first round can decode
  '/%252e%252e/admin/100%25',
  '/%252e%252e/admin%25zz',
  '/%252e%252e/%25ff',
  // path parameters
  '/..;x/admin',
  '/..;/admin',
  '/.;v=1/admin',
  '/a/..;jsessionid=1',
  '/..%3bx/admin',
  '/%2e%2e%3B/admin',
  '/..%253bx/admin',
  // an empty first segment
  '//',
  '//evil.test',
  '//evil.test/a',
  '///',
  // what no request target has
  '/a#b',
  '/a?x=1#b',
  '/#',
  '/a b',
  '/a\tb',
  '/a\r\nx: y',
  '/a\0',
  '/a\x7f',
  '/a?x=\n',
  '/ä',
  '/a?x=ä',
  '/a\u2025',
  '/\uff0e\uff0e/admin',
  // control characters, encoded
  '/a%00',
  '/..%00/admin',
  '/a%0d%0ax:%20y',
  '/a%09b',
  '/a%7f',
  '/a%2500',
  // no percent-encoding, or none of valid UTF-8
  '/%',
  '/a%2',
  '/a%zz',
  '/a%u002e',
  '/%c0%ae%c0%ae/admin',
  '/%C0%AE',
  '/%e0%80%ae',
  '/%c0%af',
  '/%e0%80%ae',
  '/%F0%80%80%AF',
]

test.each(escapes)('a path that could leave its base is refused: %j', (rest) => {
  for (const base of ['http://backend.test', 'http://backend.test/v1/'])
    expect(() => targetPath(base, rest)).toThrow(expect.objectContaining({ code: 'invalid_request' }))
})
