import { expect } from 'vitest'
import { portOf, served } from '../../support/proxied-backends.ts'
import { startSocketBackend } from '../../support/servers/socket-backend.ts'
import { test as base, echo } from '../../support/test-proxy.ts'

/** The head that the raw backend answers with. */
let head = ''

const test = base
  .extend('raw', served, ({ closing }) =>
    closing(startSocketBackend((socket) => socket.end(`${head}\r\n\r\n`), portOf('raw'))),
  )
  .extend('answerWith', ({ proxy }) => async (...headers: string[]) => {
    const query = new URLSearchParams(headers.map((header) => ['header', header]))
    const answer = await proxy.call(`${echo}?${query}`)
    expect(answer.status).toBe(200)
    return answer.headers
  })

test.for([
  'Set-Cookie',
  'Clear-Site-Data',
  'Service-Worker-Allowed',
  'Strict-Transport-Security',
  'Alt-Svc',
  'Access-Control-Allow-Origin',
  'Access-Control-Allow-Credentials',
  'Access-Control-Expose-Headers',
  'Access-Control-Max-Age',
  'Proxy-Authenticate',
  'Proxy-Authorization',
  'Proxy-Connection',
  'TE',
  'Upgrade',
])('%s of a backend is not sent back', async (name, { answerWith }) => {
  expect(await answerWith(`${name}: probe`)).not.toHaveProperty(name.toLowerCase())
})

test('hop-by-hop headers of a backend stay on their hop', async ({ proxy }) => {
  head =
    'HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close, X-Private\r\nX-Private: probe\r\n' +
    'Keep-Alive: timeout=777\r\nTrailer: X-Sum\r\nX-Public: 1'
  const { headers } = await proxy.call('/raw/')
  expect(headers).not.toHaveProperty('x-private')
  expect(headers).not.toHaveProperty('trailer')
  expect(headers['keep-alive'] ?? '').not.toContain('777')
  expect(headers['x-public']).toBe('1')
})

test("other headers of a backend come back as they are, one name's several values too", async ({ proxy }) => {
  const answer = await proxy.call(
    `${echo}?header=ETag:"a"&header=Link:<http://b.test>&header=Link:<http://c.test>&header=X-Custom:d` +
      '&header=Content-Language:de&header=Retry-After:5',
  )
  expect(answer.headers).toMatchObject({
    etag: '"a"',
    link: '<http://b.test>, <http://c.test>',
    'x-custom': 'd',
    'content-language': 'de',
    'retry-after': '5',
    'content-type': 'application/json; charset=utf-8',
  })
})

test.for([
  [[]],
  [['X-Content-Type-Options: sniff', "Content-Security-Policy: script-src 'unsafe-inline'"]],
] as const)(
  'an answer cannot be sniffed or run as a page, whatever the backend says of it (%j)',
  async ([headers], { answerWith }) => {
    const answer = await answerWith(...headers, 'Content-Type: text/html')
    expect(answer['x-content-type-options']).toBe('nosniff')
    expect(answer['content-security-policy']).toBe("sandbox; default-src 'none'")
  },
)

test.for([
  [[], ['cookie', 'authorization']],
  [['Vary: Accept'], ['accept', 'cookie', 'authorization']],
  [
    ['Vary: Accept, Origin', 'Vary: cookie'],
    ['accept', 'origin', 'cookie', 'authorization'],
  ],
] as const)(
  'an answer varies with who asks, added to what the backend said (%j)',
  async ([headers, names], { answerWith }) => {
    const vary = (await answerWith(...headers)).vary?.split(/, */).map((name) => name.toLowerCase())
    // Next adds what its own pages vary with.
    expect(vary).toEqual(expect.arrayContaining([...names]))
  },
)

test('`Vary: *` stays what it is', async ({ answerWith }) => {
  expect((await answerWith('Vary: *')).vary?.split(', ')).toContain('*')
})

test.for([
  [[], 'no-store'],
  [['Cache-Control: '], 'no-store'],
  [['Cache-Control: max-age=60'], 'private, max-age=60'],
  [['Cache-Control: public, max-age=60, s-maxage=600'], 'private, max-age=60'],
  [['Cache-Control: PUBLIC,S-MaxAge=600 , immutable'], 'private, immutable'],
  [['Cache-Control: public', 'Cache-Control: no-cache'], 'private, no-cache'],
  [['Cache-Control: private="x-a, x-b", max-age=1'], 'private, max-age=1'],
  [
    ['Cache-Control: no-cache="public, s-maxage", max-age=1'],
    'private, no-cache="public, s-maxage", max-age=1',
  ],
  [['Cache-Control: public, s-maxage="600"'], 'private'],
  [['Cache-Control: no-store'], 'private, no-store'],
] as const)(
  'no shared cache keeps an answer: %j goes back as %s',
  async ([headers, expected], { answerWith }) => {
    expect((await answerWith(...headers))['cache-control']).toBe(expected)
  },
)

test.for(['CDN-Cache-Control', 'Surrogate-Control'])(
  '%s cannot make an answer shared',
  async (name, { answerWith }) => {
    expect(await answerWith(`${name}: public, max-age=600`)).not.toHaveProperty(name.toLowerCase())
  },
)
