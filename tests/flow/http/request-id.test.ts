import { once } from 'node:events'
import { connect } from 'node:net'
import { expect } from 'vitest'
import { type CallOptions, httpCall } from '../../support/clients/http-call.ts'
import { rawExchange, rawHead } from '../../support/clients/raw-exchange.ts'
import { linesOf } from '../../support/log-lines.ts'
import { ownId } from '../../support/own-id.ts'
import type { Setup } from '../../support/stage.ts'
import { test as base, perFile } from '../../support/test.ts'

type Asked = [path: string, options?: CallOptions]

const test = base
  /** Calls Baton, and gives the id of the answer. */
  .extend('idOf', perFile, ({ baton, host }) => async (...[path, options = {}]: Asked) => {
    const answer = await httpCall(baton.address, path, { ...options, headers: { host, ...options.headers } })
    return answer.headers['x-request-id']
  })

/** Tests in which the loopback address is a trusted proxy. */
const behind = base.extend('setup', perFile, {
  config: (partners) => partners.config({ trustedProxies: ['127.0.0.0/8'] }),
} satisfies Setup)

test.for([
  ['no HTTP', 'what is this\r\n\r\n', 400],
  ['headers that are too long', rawHead('GET /', 'Host: HOST', `X-Long: ${'x'.repeat(20_000)}`), 431],
  ['no Host', rawHead('GET /', 'Connection: close'), 400],
  [
    'another host in its first line',
    rawHead('GET http://evil.example/', 'Host: HOST', 'Connection: close'),
    400,
  ],
  ['an unknown expectation', rawHead('GET /', 'Host: HOST', 'Expect: x', 'Connection: close'), 400],
  [
    'an upgrade where there is none',
    rawHead('GET /', 'Host: HOST', 'Connection: Upgrade', 'Upgrade: websocket', 'Sec-WebSocket-Key: a'),
    404,
  ],
] as const)('the refusal of a request with %s has an id', async ([, request, status], { baton, host }) => {
  const received = await rawExchange(baton.address, request.replace('HOST', host))
  const [head = ''] = received.split('\r\n\r\n')
  expect(head).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `))
  const ids = [...head.matchAll(/^x-request-id: (.*)$/gim)].map(([, id]) => id?.trim())
  expect(ids).toEqual([expect.stringMatching(ownId)])
})

const form = { 'content-type': 'application/x-www-form-urlencoded', 'sec-fetch-site': 'same-origin' }

test.for<[what: string, ...Asked]>([
  ['an endpoint', '/api/nothing'],
  ['a refusal before any endpoint', '/', { headers: { host: 'evil.example' } }],
  ['a refusal before that', '/', { headers: { expect: 'something' } }],
  ['a sign-in', '/api/auth/callback/demo?code=x&state=y'],
  ['the OpenID Provider', '/oidc/token', { method: 'POST', headers: form, body: 'grant_type=refresh_token' }],
  ['the proxy', '/api/backends/demo/x'],
])('what %s logs of a request has the id of its answer', async ([, ...asked], { baton, idOf }) => {
  const id = await idOf(...asked)
  expect(id).toMatch(ownId)
  await expect.poll(() => linesOf(baton, id)).not.toEqual([])
})

test('of requests that come at once, each has its own lines', async ({ baton, idOf }) => {
  const paths = Array.from({ length: 20 }, (_, index) => `/api/nothing/${index}`)
  const ids = await Promise.all(paths.map((path) => idOf(path)))
  expect(new Set(ids).size).toBe(20)
  for (const id of ids) await expect.poll(() => linesOf(baton, id)).toHaveLength(1)
})

test('a page has the id of its answer as its reference', async ({ newcomer }) => {
  for (const path of ['/', '/sign-in', '/nowhere']) {
    const answer = await newcomer().request(path, { headers: { 'x-request-id': 'of-the-caller' } })
    const id = answer.headers.get('x-request-id')
    expect(id).toMatch(ownId)
    expect(/<html[^>]* data-request-id="([^"]*)"/.exec(await answer.text())?.[1]).toBe(id)
  }
})

behind("a trusted proxy's id is the request's, and its log line's", async ({ baton, host }) => {
  for (const id of ['a', 'Root=1-67891233-abcdef012345678912345678', 'x'.repeat(128)]) {
    const answer = await httpCall(baton.address, '/api/nothing', { headers: { host, 'x-request-id': id } })
    expect(answer.headers['x-request-id']).toBe(id)
    await expect.poll(() => linesOf(baton, id)).toHaveLength(1)
  }
})

behind("an upgrade that is refused keeps a trusted proxy's id", async ({ baton, host }) => {
  const { hostname, port } = new URL(baton.address)
  const socket = connect(Number(port), hostname)
  const headers = ['Connection: Upgrade', 'Upgrade: websocket', 'X-Request-Id: of-the-proxy']
  socket.write(rawHead('GET /api/backends/demo/x', `Host: ${host}`, ...headers))
  expect(String((await once(socket, 'data'))[0])).toMatch(/^x-request-id: of-the-proxy\r$/im)
  socket.destroy()
})

behind.for<[what: string, value: string | string[]]>([
  ['is empty', ''],
  ['is too long', 'x'.repeat(129)],
  ['has a space', 'a b'],
  ['has a quote', 'a"b'],
  ['is markup', '<b>'],
  ['has bytes beyond ASCII', 'é'],
  ['comes twice', ['a', 'b']],
])('an id that %s is replaced, whoever sends it', async ([, value], { baton, host }) => {
  const answer = await httpCall(baton.address, '/api/nothing', { headers: { host, 'x-request-id': value } })
  expect(answer.headers['x-request-id']).toMatch(ownId)
})
