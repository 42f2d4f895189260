import { once } from 'node:events'
import { readdir } from 'node:fs/promises'
import { connect, type Socket } from 'node:net'
import { text } from 'node:stream/consumers'
import { expect } from 'vitest'
import { rawExchange, rawHead } from '../../support/clients/raw-exchange.ts'
import { test as base } from '../../support/test.ts'

const test = base
  /** Sends a head that announces more than comes, and leaves. */
  .extend('breakOff', ({ baton, host }) => async (line: string, ...headers: string[]) => {
    const { hostname, port } = new URL(baton.address)
    const socket = connect({ host: hostname, port: Number(port) })
    socket.on('error', () => {})
    await once(socket, 'connect')
    socket.write(`${rawHead(line, `Host: ${host}`, 'Content-Length: 1000', ...headers)}x`)
    await new Promise((wait) => setTimeout(wait, 50))
    socket.destroy()
    await once(socket, 'close')
  })

test('a caller who breaks off an upload that is refused does no harm', async ({ baton, breakOff, host }) => {
  const before = baton.log().length
  const cookies = [[], ['Cookie: baton.session=x'], ['Sec-Fetch-Site: cross-site']]
  for (const headers of cookies)
    for (let turn = 0; turn < 5; turn++)
      await breakOff('POST /api/backends/demo/x', 'Sec-Fetch-Site: same-origin', ...headers)
  expect((await fetch(`${baton.address}/api/ready`, { headers: { host } })).status).toBe(200)
  expect(baton.process.exitCode).toBeNull()
  expect(baton.log().slice(before)).not.toMatch(/uncaught|broke off/i)
})

test('a form that is broken off is not taken for a database that is away', async ({ baton, breakOff }) => {
  const before = baton.log().length
  for (const path of ['/api/nonce', '/oidc/token', '/api/backchannel-logout', '/sign-in'])
    await breakOff(
      `POST ${path}`,
      'Sec-Fetch-Site: same-origin',
      'Content-Type: application/x-www-form-urlencoded',
    )
  await expect.poll(() => baton.log().slice(before)).toContain('the form was broken off')
  expect(baton.log().slice(before)).not.toContain('temporarily_unavailable')
})

test('what is no HTTP is answered, and its connection ends although the other side does not', async ({
  baton,
}) => {
  const { hostname, port } = new URL(baton.address)
  const files = async () => (await readdir(`/proc/${baton.process.pid}/fd`)).length
  const before = await files()
  const sockets = Array.from({ length: 20 }, () =>
    connect({ host: hostname, port: Number(port), allowHalfOpen: true }),
  )
  for (const socket of sockets) {
    let received = ''
    socket.on('error', () => {}).on('data', (chunk) => (received += chunk))
    socket.write('no HTTP at all\r\n\r\n')
    await once(socket, 'end')
    expect(received).toMatch(/^HTTP\/1\.1 400 /)
  }
  await expect.poll(files).toBeLessThan(before + 5)
  for (const socket of sockets) socket.destroy()
})

test('a callbackUrl that is no address is a fault of the caller', async ({ baton, host }) => {
  const head = rawHead('POST /api/auth/signin/demo?callbackUrl=x', `Host: ${host}`, 'Connection: close')
  expect(await rawExchange(baton.address, head)).toMatch(/^HTTP\/1\.1 400 .*"invalid_request"/s)
})

test.for([
  ['POST /', 'Content-Type: multipart/form-data', 'Content-Length: 0'],
  ['POST /', 'Content-Type: multipart/form-data; boundary=x', 'Content-Length: 0'],
  ['GET /api/auth/providers?callbackUrl=x'],
  ['GET /api/auth/session', 'Cookie: authjs.callback-url=x; baton.callback-url=x; callback-url=x'],
  ['GET /api/auth/csrf', 'Cookie: callback-url=http://['],
  ['POST /api/auth/signin/demo?callbackUrl=x', 'Content-Length: 0'],
  ['GET /interaction/abc%'],
  ['GET /session%ff'],
  ['GET /%'],
] as const)('%j is no fault of the server', async ([line, ...headers], { baton, host }) => {
  const head = rawHead(line, `Host: ${host}`, 'Sec-Fetch-Site: same-origin', 'Connection: close', ...headers)
  expect(await rawExchange(baton.address, head)).toMatch(/^HTTP\/1\.1 [234]/)
})

test('a burst of callers waits while the server is busy, and each is answered', async ({ baton }) => {
  const { hostname, port } = new URL(baton.address)
  const { pid } = baton.process as { pid: number }
  const sockets: Socket[] = []
  let connected = 0
  // A process that stands still takes no connection: the system keeps those that fit into its queue.
  process.kill(pid, 'SIGSTOP')
  try {
    for (let caller = 0; caller < 1_000; caller++)
      sockets.push(connect({ host: hostname, port: Number(port) }, () => void connected++))
    await expect.poll(() => connected, { timeout: 5_000 }).toBe(1_000)
  } finally {
    process.kill(pid, 'SIGCONT')
  }
  const answers = sockets.map(async (socket) => {
    socket.write(`GET /api/health HTTP/1.1\r\nHost: ${hostname}\r\nConnection: close\r\n\r\n`)
    return (await text(socket)).slice(9, 12)
  })
  expect(new Set(await Promise.all(answers))).toEqual(new Set(['200']))
})
