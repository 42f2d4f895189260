import { once } from 'node:events'
import { type IncomingMessage, request } from 'node:http'
import { BlockList } from 'node:net'
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import { endpointAt } from '#lib/endpoints/all.ts'
import { guard, targetOf } from '#lib/endpoints/guard.ts'
import { sendError } from '#lib/http/error-answer.ts'
import { readableLog } from '../../support/log.ts'
import { listen } from '../../support/partners.ts'
import { rawHttp } from '../../support/raw-http.ts'

const host = 'baton.example.org'
const config = { url: `https://${host}`, development: false }
const needs = { config, trustedProxies: new BlockList() }
const sameOrigin = 'Sec-Fetch-Site: same-origin'
const { log } = readableLog()
let server: Awaited<ReturnType<typeof listen>>
let reached: IncomingMessage[] = []

beforeAll(async () => {
  server = await listen((req, res) => {
    try {
      const { path } = targetOf(req)
      guard(req, path, endpointAt(path), needs)
      reached.push(req)
      res.end('reached')
    } catch (error) {
      sendError(res, error, log)
    }
  })
})
beforeEach(() => {
  reached = []
})
afterAll(() => server.close())

test.each([`Host: ${host}`, `host: ${host.toUpperCase()}`])(
  "a request for Baton's own host passes: %s",
  async (line) => {
    expect(await rawHttp(server.url, 'GET /a?b HTTP/1.1', line)).toMatchObject({
      status: 200,
      body: 'reached',
    })
  },
)

test.each([
  'evil.test',
  `${host}.evil.test`,
  `${host}:8443`,
  `evil.${host}`,
  `${host}.`,
  `user@${host}`,
  `${host}, evil.test`,
  `${host}/`,
  '127.0.0.1',
  'localhost',
])('a request for another host is misdirected, and nothing behind the guard sees it: %s', async (other) => {
  const answer = await rawHttp(server.url, 'GET / HTTP/1.1', `Host: ${other}`)
  expect(answer.status).toBe(421)
  expect(JSON.parse(answer.body)).toMatchObject({ error: 'misdirected_request' })
  expect(answer.head).toMatch(/cache-control: no-store/i)
  expect(reached).toEqual([])
})

test.each([
  ['two hosts', [`Host: ${host}`, 'Host: evil.test']],
  ['the own host twice', [`Host: ${host}`, `Host: ${host}`]],
  ['the other first', ['Host: evil.test', `Host: ${host}`]],
  ['the own host only in a forwarded header', ['Host: evil.test', `X-Forwarded-Host: ${host}`]],
])('%s are refused', async (_, lines) => {
  const { status } = await rawHttp(server.url, 'GET / HTTP/1.1', ...lines)
  expect([400, 421]).toContain(status)
  expect(reached).toEqual([])
})

test.each(['/api/health', '/api/ready', '/api/ready?x=1'])(
  'a probe is answered for any host: %s',
  async (path) => {
    expect((await rawHttp(server.url, `GET ${path} HTTP/1.1`, 'Host: 10.0.0.7:3000')).status).toBe(200)
  },
)

test.each(['/api/health/', '/api/healthy', '/api/ready/..', '//api/health', '/API/health', '/?/api/health'])(
  'what only looks like a probe is not: %s',
  async (path) => {
    expect((await rawHttp(server.url, `GET ${path} HTTP/1.1`, 'Host: evil.test')).status).toBe(421)
  },
)

test.each([`http://${host}/`, 'http://evil.test/', 'https://evil.test/api/health', '*'])(
  'a target that is no path is refused, as it could name another host: %s',
  async (target) => {
    const answer = await rawHttp(server.url, `OPTIONS ${target} HTTP/1.1`, `Host: ${host}`)
    expect(answer.status).toBe(400)
    expect(reached).toEqual([])
  },
)

test.each(['TRACE', 'PROPFIND', 'MERGE'])('%s reaches nothing but a backend', async (method) => {
  const answer = await rawHttp(server.url, `${method} /api/nonce HTTP/1.1`, `Host: ${host}`)
  expect(answer.status).toBe(405)
  expect(answer.head).toMatch(/^allow: .*GET/im)
  expect(reached).toEqual([])
  expect((await rawHttp(server.url, `${method} /api/backends/demo/a HTTP/1.1`, `Host: ${host}`)).status).toBe(
    200,
  )
})

test.each(['/', '/nowhere', '/_next/nowhere', '/__nextjs_original-stack-frames'])(
  'a page that Next renders is read and nothing else: %s',
  async (path) => {
    const answer = await rawHttp(server.url, `POST ${path} HTTP/1.1`, `Host: ${host}`, sameOrigin)
    expect(answer.status).toBe(405)
    expect(answer.head).toMatch(/^allow: GET, HEAD\r?$/im)
    expect(reached).toEqual([])
  },
)

test("in development, Next's overlay asks by POST as well, from Baton's own pages", async () => {
  config.development = true
  try {
    const ask = (path: string, ...lines: string[]) =>
      rawHttp(server.url, `POST ${path} HTTP/1.1`, `Host: ${host}`, ...lines)
    const overlay = '/__nextjs_original-stack-frames'
    expect((await ask(overlay, sameOrigin)).status).toBe(200)
    expect((await ask(overlay, 'Sec-Fetch-Site: cross-site')).status).toBe(403)
    expect((await ask('/', sameOrigin)).status).toBe(405)
  } finally {
    config.development = false
  }
})

test.each([
  ['the id of an action', 'Next-Action: 00'],
  ['an empty id', 'Next-Action:'],
  ['the form of one', 'Content-Type: multipart/form-data; boundary=x'],
  ['the form of one, oddly written', 'content-type:  MULTIPART/Form-Data;boundary=x'],
])('%s is refused by every page that takes a form', async (_, line) => {
  for (const path of ['/sign-out', '/sign-out/provider', '/handoff', '/interaction/x']) {
    const answer = await rawHttp(server.url, `POST ${path} HTTP/1.1`, `Host: ${host}`, sameOrigin, line)
    expect(answer.status).toBe(404)
  }
  expect(reached).toEqual([])
})

test('what follows sees host and scheme of the public origin, whatever the request says', async () => {
  const forged = ['X-Forwarded-Host: evil.test', 'X-Forwarded-Proto: http', 'X-Forwarded-Proto: gopher']
  await rawHttp(server.url, 'GET / HTTP/1.1', `Host: ${host.toUpperCase()}`, ...forged)
  await rawHttp(server.url, 'GET /api/health HTTP/1.1', 'Host: evil.test', ...forged)
  expect(reached).toHaveLength(2)
  for (const { headers } of reached)
    expect(headers).toMatchObject({ host, 'x-forwarded-host': host, 'x-forwarded-proto': 'https' })
})

test('a slow request is broken off, and a slow answer is not', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  const waiting = await listen((req, res) => {
    guard(req, '/api/revocations', endpointAt('/api/revocations'), needs)
    reached.push(req)
    res.flushHeaders()
  })
  try {
    const whole = request(waiting.url, { headers: { host } }).end()
    const part = request(waiting.url, { method: 'POST', headers: { host, 'content-length': 9 } })
    part.on('error', () => {}).write('begun')
    const answers = await Promise.all([once(whole, 'response'), once(part, 'response')])
    const [arriving] = answers.map(([answer]) => answer.on('error', () => {}))
    vi.advanceTimersByTime(61_000)
    const cut = reached.filter(({ destroyed }) => destroyed).map(({ method }) => method)
    expect(cut).toEqual(['POST'])
    expect(arriving.destroyed).toBe(false)
    whole.destroy()
  } finally {
    vi.useRealTimers()
    await waiting.close()
  }
})
