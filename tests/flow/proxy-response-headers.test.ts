import { afterAll, beforeAll, expect, test } from 'vitest'
import { echo, type ProxyStage, startProxyStage } from '../support/proxy-stage.ts'
import { type SocketBackend, startSocketBackend } from '../support/socket-backend.ts'

let proxy: ProxyStage
let raw: SocketBackend
/** The head that the raw backend answers with. */
let head = ''

beforeAll(async () => {
  raw = await startSocketBackend((socket, path) => {
    const bytes = Buffer.from(`${head}\r\n\r\n`, 'latin1')
    if (path !== '/slow') return socket.end(bytes)
    // The body comes when the headers have gone on by themselves.
    socket.write(bytes)
    setTimeout(() => socket.end('late'), 100)
  })
  proxy = await startProxyStage({ backends: [{ name: 'raw', url: raw.url }] })
})

afterAll(async () => {
  await proxy?.close()
  await raw?.close()
})

async function answerWith(...headers: string[]) {
  const query = new URLSearchParams(headers.map((header) => ['header', header]))
  const answer = await proxy.call(`${echo}?${query}`)
  expect(answer.status).toBe(200)
  return answer.headers
}

test.each([
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
])('%s of a backend is not sent back', async (name) => {
  expect(await answerWith(`${name}: probe`)).not.toHaveProperty(name.toLowerCase())
})

test('hop-by-hop headers of a backend stay on their hop', async () => {
  head =
    'HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close, X-Private\r\nX-Private: probe\r\nKeep-Alive: timeout=777\r\nTrailer: X-Sum\r\nX-Public: 1'
  const { headers } = await proxy.call('/raw/')
  expect(headers).not.toHaveProperty('x-private')
  expect(headers).not.toHaveProperty('trailer')
  expect(headers['keep-alive'] ?? '').not.toContain('777')
  expect(headers['x-public']).toBe('1')
})

test("other headers of a backend come back as they are, one name's several values too", async () => {
  const answer = await proxy.call(
    `${echo}?header=ETag:"a"&header=Link:<b>&header=Link:<c>&header=X-Custom:d&header=Content-Language:de&header=Retry-After:5`,
  )
  expect(answer.headers).toMatchObject({
    etag: '"a"',
    link: '<b>, <c>',
    'x-custom': 'd',
    'content-language': 'de',
    'retry-after': '5',
    'content-type': 'application/json; charset=utf-8',
  })
  expect(answer.rawHeaders.filter((name) => name === 'Link')).toHaveLength(2)
})

test.each([
  ['/quick', ''],
  ['/slow', 'late'],
])('a header value beyond ASCII comes back byte for byte (%s)', async (path, body) => {
  // Clients show these bytes as latin1; what matters is that they are the same ones.
  const name = Buffer.from('attachment; filename="5 € – é.txt"', 'utf8').toString('latin1')
  head = `HTTP/1.1 200 OK\r\nContent-Length: ${body.length}\r\nConnection: close\r\nX-Name: ${name}\r\nContent-Disposition: ${name}`
  const answer = await proxy.call(`/raw${path}`)
  expect([answer.status, answer.text]).toEqual([200, body])
  expect([answer.headers['x-name'], answer.headers['content-disposition']]).toEqual([name, name])
})

test.each([[[]], [['X-Content-Type-Options: sniff', "Content-Security-Policy: script-src 'unsafe-inline'"]]])(
  'an answer cannot be sniffed or run as a page, whatever the backend says of it (%j)',
  async (headers) => {
    const answer = await answerWith(...headers, 'Content-Type: text/html')
    expect(answer['x-content-type-options']).toBe('nosniff')
    expect(answer['content-security-policy']).toBe("sandbox; default-src 'none'")
  },
)

test.each([
  [[], ['cookie', 'authorization']],
  [['Vary: Accept'], ['accept', 'cookie', 'authorization']],
  [
    ['Vary: Accept, Origin', 'Vary: cookie'],
    ['accept', 'origin', 'cookie', 'authorization'],
  ],
])('an answer varies with who asks, added to what the backend said (%j)', async (headers, names) => {
  const vary = (await answerWith(...headers)).vary?.split(/, */).map((name) => name.toLowerCase())
  expect(vary?.sort()).toEqual([...names].sort())
})

test('`Vary: *` stays what it is', async () => {
  expect((await answerWith('Vary: *')).vary).toBe('*')
})

test.each([
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
])('no shared cache keeps an answer: %j goes back as %s', async (headers, expected) => {
  expect((await answerWith(...headers))['cache-control']).toBe(expected)
})

test.each(['CDN-Cache-Control', 'Surrogate-Control'])('%s cannot make an answer shared', async (name) => {
  expect(await answerWith(`${name}: public, max-age=600`)).not.toHaveProperty(name.toLowerCase())
})
