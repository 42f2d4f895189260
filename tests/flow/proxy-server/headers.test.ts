import { expect } from 'vitest'
import { portOf, served } from '../../support/proxied-backends.ts'
import { startSocketBackend } from '../../support/servers/socket-backend.ts'
import { test as base, echo, type Seen } from '../../support/test-proxy.ts'

/** The head that the raw backend answers with. */
let head = ''

const test = base.extend('raw', served, ({ closing }) =>
  closing(
    startSocketBackend((socket, path) => {
      const bytes = Buffer.from(`${head}\r\n\r\n`, 'latin1')
      if (path !== '/slow') return socket.end(bytes)
      // The body comes when the headers have gone on by themselves.
      socket.write(bytes)
      setTimeout(() => socket.end('late'), 100)
    }, portOf('raw')),
  ),
)

test('headers that the caller did not send are not made up', async ({ proxy }) => {
  const forwarded = ['forwarded', 'x-forwarded-for', 'x-forwarded-host', 'x-forwarded-proto']
  const own = ['authorization', ...forwarded, 'x-request-id']
  const { headers } = (await proxy.call(echo)).json<Seen>()
  expect(Object.keys(headers).sort()).toEqual(['connection', 'host', ...own].sort())
})

test("one name's several values come back as several", async ({ proxy }) => {
  const answer = await proxy.call(`${echo}?header=Link:<b>&header=Link:<c>`)
  expect(answer.rawHeaders.filter((name) => name === 'Link')).toHaveLength(2)
})

test('what the backend says of Vary is added to and nothing else', async ({ proxy }) => {
  const vary = async (...headers: string[]) =>
    (await proxy.call(`${echo}?${new URLSearchParams(headers.map((header) => ['header', header]))}`)).headers
      .vary
  expect(await vary()).toBe('Cookie, Authorization')
  expect(await vary('Vary: Accept, Origin', 'Vary: cookie')).toBe('Accept, Origin, cookie, Authorization')
  expect(await vary('Vary: *')).toBe('*')
})

test.for([
  ['/quick', ''],
  ['/slow', 'late'],
] as const)('a header value beyond ASCII comes back byte for byte (%s)', async ([path, body], { proxy }) => {
  // Clients show these bytes as latin1; what matters is that they are the same ones.
  const name = Buffer.from('attachment; filename="5 € – é.txt"', 'utf8').toString('latin1')
  const headers = [`Content-Length: ${body.length}`, 'Connection: close', `X-Name: ${name}`]
  head = ['HTTP/1.1 200 OK', ...headers, `Content-Disposition: ${name}`].join('\r\n')
  const answer = await proxy.call(`/raw${path}`)
  expect([answer.status, answer.text]).toEqual([200, body])
  expect([answer.headers['x-name'], answer.headers['content-disposition']]).toEqual([name, name])
})
