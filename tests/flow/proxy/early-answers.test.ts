import { connect } from 'node:net'
import { PassThrough } from 'node:stream'
import { expect } from 'vitest'
import { rawExchange, rawHead } from '../../support/clients/raw-exchange.ts'
import { portOf, served } from '../../support/proxied-backends.ts'
import { startSocketBackend } from '../../support/servers/socket-backend.ts'
import { test as base, echo } from '../../support/test-proxy.ts'

const size = 8_000_000
const announced = `Content-Length: ${size}`

const test = base
  .extend('refusing', served, ({ closing }) =>
    closing(
      startSocketBackend(
        (socket) => socket.end('HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\n\r\nno'),
        portOf('refusing'),
      ),
    ),
  )
  .extend('head', ({ host, proxy }) => (method: string, path: string, ...headers: string[]): string => {
    const own = [`Host: ${host}`, `Cookie: ${proxy.cookie}`, 'Sec-Fetch-Site: same-origin']
    return rawHead(`${method} /api/backends${path}`, ...own, ...headers)
  })

// A caller that sends all it has before it reads would otherwise wait for ever, and its connection with it.
test.for([
  ['is not there', '/absent/x', 502, [announced]],
  ['has refused it', '/refusing/x', 403, [announced]],
  ['takes less, as announced', '/small/x', 413, [announced]],
  ['takes less, as it turns out', '/small/x', 413, ['Transfer-Encoding: chunked']],
  ['does not exist', '/unknown/x', 404, [announced]],
  ['takes no such method', '/reading/x', 405, [announced]],
] as const)(
  'the rest of a body whose backend %s leaves no connection hanging',
  async ([, path, status, headers], { baton, head }) => {
    const body = Buffer.alloc(size, 'x')
    const chunked = headers[0]?.endsWith('chunked')
    let answered = false
    const received = await rawExchange(
      baton.address,
      head('POST', path, ...headers) + (chunked ? `${size.toString(16)}\r\n` : '') + 'x'.repeat(10_000),
      (so, socket) => {
        if (!answered && so.startsWith(`HTTP/1.1 ${status} `)) {
          answered = true
          socket.write(body.subarray(10_000))
          if (chunked) socket.write('\r\n0\r\n\r\n')
          socket.write(head('GET', '/demo/api/authenticated/greeting', 'Connection: close'))
        }
        return false
      },
    )
    expect(received).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `))
    // Either the connection goes on with the next call, or it was closed and the caller was told so.
    expect(received).toMatch(/"greeting":"Hello, Demo User!"|^connection: close\r$/im)
  },
)

const refusals = [
  ['the backend does not exist', '/unknown/x', 404, 'not_found', {}],
  ['the backend takes no such method', '/reading/x', 405, 'method_not_allowed', {}],
  ['the backend takes less, as announced', '/small/x', 413, 'payload_too_large', {}],
  ['nobody is signed in', echo, 401, 'invalid_token', { cookie: undefined }],
  ['the cookie is of no session', echo, 401, 'invalid_token', { cookie: 'baton.session=x' }],
  ['the call is from another site', echo, 403, 'csrf', { 'sec-fetch-site': 'cross-site' }],
] as const

test.for(refusals)(
  'a caller that sends megabytes before it reads gets its refusal when %s',
  async ([, path, status, error, headers], { baton, host, proxy }) => {
    const sent = { host, cookie: proxy.cookie, 'sec-fetch-site': 'same-origin', ...headers }
    const lines = Object.entries(sent).flatMap(([name, value]) => (value ? [`${name}: ${value}`] : []))
    const { hostname, port } = new URL(baton.address)
    const received = async () => {
      const socket = connect(Number(port), hostname)
      socket.write(rawHead(`POST /api/backends${path}`, ...lines, announced))
      await new Promise<void>((written, failed) => {
        socket.on('error', failed)
        socket.pause().write(Buffer.alloc(size), () => written())
      })
      let text = ''
      for await (const chunk of socket.resume()) {
        text += chunk
        if (text.includes(`"${error}"`)) break
      }
      return text
    }
    // Baton reads on for a second; a machine that is busy may need another one.
    await expect.poll(received).toMatch(new RegExp(`^HTTP/1\\.1 ${status} .*"error":"${error}"`, 's'))
  },
)

test.for(refusals)(
  'a caller that stops sending gets its whole refusal when %s',
  async ([, path, status, error, headers], { proxy }) => {
    const body = new PassThrough()
    body.write('begun')
    const answer = await proxy.call(path, {
      method: 'POST',
      headers: { 'content-length': String(size), ...headers },
      body,
    })
    body.destroy()
    expect([answer.status, answer.json().error]).toEqual([status, error])
  },
)
