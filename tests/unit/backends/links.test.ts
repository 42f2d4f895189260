import { expect, test } from 'vitest'
import { linkForCaller } from '#lib/backends/links.ts'

const below = '/api/backends/one'

function led(
  value: string,
  { url = 'http://backend.test:8000/v1', name = 'location', rewriteLinks = true } = {},
): string | undefined {
  const base = new URL(url).pathname.replace(/\/$/, '')
  const backend = { name: 'one', url, rewriteLinks }
  return linkForCaller(name, value, { backend, path: `${base}/things?page=1`, origin: 'https://baton.test' })
}

test.each([
  ['http://backend.test:8000/v1/things/', '/things/'],
  ['http://backend.test:8000/v1', ''],
  ['http://BACKEND.test:8000/v1/a?b=c#d', '/a?b=c#d'],
  // Its own scheme is the one that Baton tells it of.
  ['https://backend.test:8000/v1/things/', '/things/'],
  ['//backend.test:8000/v1/x', '/x'],
  ['/v1/made/5', '/made/5'],
  ['made/5', '/made/5'],
  ['5', '/5'],
  ['?page=2', '/things?page=2'],
  ['#top', '/things?page=1#top'],
  ['./a/../b', '/b'],
  ['/v1/x//y', '/x//y'],
  ['/v1/k\u00c3\u00a4se', '/k%C3%A4se'],
  ['/v1\\a', '/a'],
  [' /v1/a\t', '/a'],
])('%j leads below the backend', (value, rest) => {
  expect(led(value)).toBe(below + rest)
})

test.each([
  'https://elsewhere.example/a',
  'http://backend.test:9000/v1/a',
  'http://backend.test/v1/a',
  'http://backend.test:8000/v10',
  'http://backend.test:8000/',
  'http://backend.test:8000/v1/../v2',
  '//elsewhere.example/v1',
  'myapp://callback?code=1',
  'mailto:a@elsewhere.example',
  'http://baton.test.evil.example/',
  'http://baton.test:8443/',
])('%j is an address of another origin and stays', (value) => {
  expect(led(value)).toBe(value)
  expect(led(value, { rewriteLinks: false })).toBe(value)
})

test.each([
  '/',
  '/session',
  '/v2/a',
  '/v10',
  '../v2/a',
  '/v1/../api/nonce',
  '/v1/%2e%2e/api/nonce',
  '/api/backends/other/x',
  `${below}x`,
  'https://baton.test',
  'https://baton.test/session',
  'http://baton.test/session',
  'https://BATON.test:443/session',
  '\\\\baton.test\\session',
  '/\t/baton.test/session',
  'https:/session',
  `https://baton.test${below}/../other/x`,
  'http://[',
])('%j would lead to Baton itself, or nowhere', (value) => {
  expect(led(value)).toBeUndefined()
})

test('what leads below the backend already, at Baton, stays', () => {
  expect(led(`https://baton.test${below}/a`)).toBe(`https://baton.test${below}/a`)
})

test.each(['/api/backends/other/x', '/session', '/', 'https://baton.test/session'])(
  'a backend at the root of its host leads to %j of its own alone',
  (value) => {
    const path = value.startsWith('/') ? below + value : undefined
    expect(led(value, { url: 'http://backend.test:8000' })).toBe(path)
  },
)

test.each([
  ['http://backend.test:8000/v1/x', 'http://backend.test:8000/v1/x'],
  ['5', '5'],
  ['?page=2', '?page=2'],
  [`${below}/x`, `${below}/x`],
  ['/v1/made/5', undefined],
  ['../../other/x', undefined],
  ['/session', undefined],
])('without `rewriteLinks`, %j goes back as %j', (value, expected) => {
  expect(led(value, { rewriteLinks: false })).toBe(expected)
})

test.each([
  ['</v1/things?page=2>; rel="next"', `<${below}/things?page=2>; rel="next"`],
  [
    '<?page=2>; rel=next, <http://backend.test:8000/v1/a,b>; rel="last, really"; title="a \\" <b>, c",',
    `<${below}/things?page=2>; rel=next, <${below}/a,b>; rel="last, really"; title="a \\" <b>, c"`,
  ],
  ['<https://elsewhere.example/a>; rel=license', '<https://elsewhere.example/a>; rel=license'],
  ['</session>; rel=next', undefined],
  ['</v1/a>; rel=next, </session>; rel=last', undefined],
  ['/v1/a; rel=next', undefined],
  ['</v1/a>; rel="next', undefined],
  ['</v1/a>; rel=next; anchor="/v1/b#c"', `<${below}/a>; rel=next; anchor="${below}/b#c"`],
  ['</v1/a>; rel=next; anchor=/session', undefined],
  ['<https://elsewhere.example/>; rel=preload; imagesrcset="/session 1x"', undefined],
  [`<https://elsewhere.example/>; title='"', </session>; rel=preload; x="`, undefined],
  [`</v1/a>; title="it's"`, `<${below}/a>; title="it's"`],
  ['', undefined],
])('Link: %s goes back as %s', (value, expected) => {
  expect(led(value, { name: 'link' })).toBe(expected)
})

test.each([
  ['5', '5'],
  ['5; url=/v1/done', `5;url=${below}/done`],
  ['0;URL="/v1/done"', `0;url=${below}/done`],
  ["1.5, url = '/v1/done' rest", `1.5;url=${below}/done`],
  ['3 /v1/done', `3;url=${below}/done`],
  ['0;url=https://elsewhere.example/', '0;url=https://elsewhere.example/'],
  ['0;url=/session', undefined],
  ['0;/session', undefined],
  // Browsers skip ASCII whitespace alone, and read the rest as a path.
  ['0;url\u00a0=https://elsewhere.example/../../../../../api/nonce', undefined],
  ['0 \u00a0;https://elsewhere.example/../../../../../api/nonce', undefined],
  [`0;url="'https://baton.test/session'"`, undefined],
  ['soon', undefined],
])('Refresh: %s goes back as %s', (value, expected) => {
  expect(led(value, { name: 'refresh' })).toBe(expected)
})

test('an address in quotes of its own is not sent back', () => {
  expect(led(`0;url="'/session'"`, { name: 'refresh', rewriteLinks: false })).toBeUndefined()
})
