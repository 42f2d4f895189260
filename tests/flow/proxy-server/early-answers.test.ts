import { expect } from 'vitest'
import { rawExchange } from '../../support/clients/raw-exchange.ts'
import { freePort } from '../../support/free-port.ts'
import { startSocketBackend } from '../../support/servers/socket-backend.ts'
import { perFile } from '../../support/test.ts'
import { test as base, withBackends } from '../../support/test-proxy.ts'

const size = 5_000_000

const test = base
  .extend('refusing', perFile, ({ closing }) =>
    closing(
      startSocketBackend((socket) => socket.end('HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\n\r\nno')),
    ),
  )
  .extend('setup', perFile, async ({ refusing: { url } }) => {
    const absent = `http://127.0.0.1:${await freePort()}`
    return withBackends(
      { name: 'absent', url: absent },
      { name: 'refusing', url },
      { name: 'limited', maxBodyBytes: 1000 },
    )
  })
  .extend('head', ({ host, proxy }) => (method: string, path: string, ...headers: string[]): string => {
    const own = [`Host: ${host}`, `Cookie: ${proxy.cookie}`, 'Sec-Fetch-Site: same-origin']
    return `${[`${method} /api/backends${path} HTTP/1.1`, ...own, ...headers].join('\r\n')}\r\n\r\n`
  })

// A caller that sends all it has before it reads would otherwise wait for ever, and its connection with it.
test.for([
  ['is not there', '/absent/x', 502, [`Content-Length: ${size}`]],
  ['has refused it', '/refusing/x', 403, [`Content-Length: ${size}`]],
  ['takes less, as announced', '/limited/x', 413, [`Content-Length: ${size}`]],
  ['takes less, as it turns out', '/limited/x', 413, ['Transfer-Encoding: chunked']],
  ['does not exist', '/unknown/x', 404, [`Content-Length: ${size}`]],
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
