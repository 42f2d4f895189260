import { expect } from 'vitest'
import { portOf, served } from '../../support/proxied-backends.ts'
import { startSocketBackend } from '../../support/servers/socket-backend.ts'
import { test as base } from '../../support/test-proxy.ts'

const below = '/api/backends/below'

const test = base
  /** A backend whose answer is in the query: its status, and its headers. */
  .extend('leading', served, ({ closing }) =>
    closing(
      startSocketBackend((socket, path) => {
        const asked = new URLSearchParams(path.slice(path.indexOf('?')))
        const headers = asked.getAll('header').map((line) => `${line}\r\n`)
        const head = `HTTP/1.1 ${asked.get('status')} Answer\r\n${headers.join('')}Content-Length: 0\r\n\r\n`
        socket.end(Buffer.from(head, 'utf8'))
      }, portOf('leading')),
    ),
  )
  .extend('ask', ({ proxy }) => (name: string, status: number, ...headers: string[]) => {
    const query = new URLSearchParams(headers.map((header) => ['header', header]))
    return proxy.call(`/${name}/things?status=${status}&${query}`)
  })

test.for([301, 302, 303, 307, 308])(
  'a redirect (%i) within the backend stays inside Baton',
  async (status, { ask, leading: { url } }) => {
    for (const location of [
      `${url}/v1/things/`,
      '/v1/things/',
      'things/',
      `${url.replace('http', 'https')}/v1/things/`,
    ]) {
      const answer = await ask('below', status, `Location: ${location}`)
      expect([answer.status, answer.headers.location]).toEqual([status, `${below}/things/`])
    }
  },
)

test('what a backend has made is found below it', async ({ ask }) => {
  const answer = await ask(
    'below',
    201,
    'Location: /v1/made/5',
    'Content-Location: made/5',
    'Link: </v1/things?page=2>; rel="next", <https://elsewhere.example/>; rel=license',
    'Refresh: 1; url=/v1/done',
  )
  expect(answer.headers).toMatchObject({
    location: `${below}/made/5`,
    'content-location': `${below}/made/5`,
    link: `<${below}/things?page=2>; rel="next", <https://elsewhere.example/>; rel=license`,
    refresh: `1;url=${below}/done`,
  })
})

test('addresses of other origins stay as they are', async ({ ask, leading: { url } }) => {
  for (const location of ['https://elsewhere.example/a?b#c', 'myapp://done', `${url}/elsewhere`])
    expect((await ask('below', 302, `Location: ${location}`)).headers.location).toBe(location)
})

test('a redirect to Baton itself is a bad gateway, whichever way it is written', async ({ ask, baton }) => {
  const own = baton.url
  const host = new URL(own).host
  for (const location of [
    `${own}/api/backends/top/x`,
    `${own}/sign-out`,
    `//${host}/session`,
    `\\\\${host}\\session`,
    '/api/backends/top/x',
    '/v1/../api/nonce',
    '../session',
  ]) {
    const answer = await ask('below', 307, `Location: ${location}`)
    expect([location, answer.status, answer.json().error]).toEqual([location, 502, 'bad_gateway'])
    expect(answer.headers).not.toHaveProperty('location')
  }
  expect((await ask('top', 307, `Location: ${own}/api/backends/below/x`)).status).toBe(502)
})

test('any other header that leads to Baton itself is dropped', async ({ ask, baton: { url } }) => {
  const answer = await ask(
    'below',
    201,
    `Location: ${url}/session`,
    'Content-Location: /session',
    `Link: <${url}/session>; rel=next`,
    'Refresh: 0; url=/sign-out',
  )
  expect(answer.status).toBe(201)
  for (const name of ['location', 'content-location', 'link', 'refresh'])
    expect(answer.headers).not.toHaveProperty(name)
})

test('a backend whose links are not rewritten leads nobody to Baton either', async ({
  ask,
  leading: { url },
}) => {
  const location = `${url}/v1/things/`
  expect((await ask('plain', 302, `Location: ${location}`)).headers.location).toBe(location)
  expect((await ask('plain', 302, 'Location: 5')).headers.location).toBe('5')
  expect((await ask('plain', 302, 'Location: /v1/things/')).status).toBe(502)
})

test('a backend that lists more response headers sends them back', async ({ ask }) => {
  const header = 'Authentication-Info: nextnonce="x"'
  expect((await ask('below', 200, header)).headers['authentication-info']).toBe('nextnonce="x"')
  expect((await ask('top', 200, header)).headers).not.toHaveProperty('authentication-info')
})

test.for([
  'WWW-Authenticate: Basic realm="Baton"',
  'Set-Login: logged-in',
  'Sec-Session-Registration: (ES256);path="x"',
  'Use-As-Dictionary: match="/*"',
  'CDN-Cache-Control: max-age=60',
  'X-Accel-Redirect: /secret',
  'Server: x',
])('%s of a backend is not sent back', async (header, { ask }) => {
  const [name = ''] = header.split(':')
  expect((await ask('top', 401, header)).headers).not.toHaveProperty(name.toLowerCase())
})

test('a backend may ask for a token', async ({ ask }) => {
  const answer = await ask('top', 401, 'WWW-Authenticate: Bearer error="invalid_token"')
  expect(answer.headers['www-authenticate']).toBe('Bearer error="invalid_token"')
})
