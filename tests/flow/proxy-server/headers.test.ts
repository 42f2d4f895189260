import { afterAll, beforeAll, expect, test } from 'vitest'
import { echo, type ProxyStage, type Seen, startProxyStage } from '../../support/proxy-stage.ts'
import { type SocketBackend, startSocketBackend } from '../../support/servers/socket-backend.ts'

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

test('headers that the caller did not send are not made up', async () => {
  const own = ['authorization', 'forwarded', 'x-forwarded-for', 'x-forwarded-host', 'x-forwarded-proto']
  const { headers } = (await proxy.call(echo)).json<Seen>()
  expect(Object.keys(headers).sort()).toEqual(['connection', 'host', ...own].sort())
})

test("one name's several values come back as several", async () => {
  const answer = await proxy.call(`${echo}?header=Link:<b>&header=Link:<c>`)
  expect(answer.rawHeaders.filter((name) => name === 'Link')).toHaveLength(2)
})

test('what the backend says of Vary is added to and nothing else', async () => {
  const vary = async (...headers: string[]) =>
    (await proxy.call(`${echo}?${new URLSearchParams(headers.map((header) => ['header', header]))}`)).headers
      .vary
  expect(await vary()).toBe('Cookie, Authorization')
  expect(await vary('Vary: Accept, Origin', 'Vary: cookie')).toBe('Accept, Origin, cookie, Authorization')
  expect(await vary('Vary: *')).toBe('*')
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
