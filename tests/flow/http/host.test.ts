import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { expect } from 'vitest'
import { rawRequest } from '../../support/clients/raw-request.ts'
import { expectRefusal } from '../../support/clients/refusal.ts'
import { test } from '../../support/test.ts'

test('the probes answer whatever Host asks', async ({ host, baton }) => {
  for (const asked of [host, '10.0.0.7:8080', 'evil.example']) {
    const health = await rawRequest(baton.address, { path: '/api/health', headers: { host: asked } })
    expect({ status: health.status, body: await health.text() }).toEqual({
      status: 200,
      body: '{"status":"ok"}',
    })
    const ready = await rawRequest(baton.address, { path: '/api/ready', headers: { host: asked } })
    expect({ status: ready.status, body: await ready.text() }).toEqual({
      status: 200,
      body: '{"status":"ready"}',
    })
    expect(ready.headers.get('cache-control')).toBe('no-store')
  }
})

test.for(['POST', 'PUT', 'DELETE'])('a probe takes no %s', async (method, { baton, host }) => {
  for (const path of ['/api/health', '/api/ready']) {
    const answer = await rawRequest(baton.address, { method, path, headers: { host } })
    expect(answer.headers.get('allow')).toBe('GET, HEAD')
    await expectRefusal(answer, 405, 'method_not_allowed')
  }
})

const paths = [
  '/',
  '/handoff',
  '/sign-in',
  '/api/nonce',
  '/api/auth/session',
  '/api/backends/demo/x',
  '/api/healthy',
  '/api/health/',
  '/none',
]

test.for(paths)('%s is served for no other host', async (path, { host, baton }) => {
  for (const asked of [
    'evil.example',
    `evil.${host}`,
    'localhost',
    `${host}.evil.example`,
    `x@${host}`,
    '',
  ]) {
    const answer = await rawRequest(baton.address, { path, headers: { host: asked } })
    await expectRefusal(answer, 421, 'misdirected_request')
  }
})

test("Baton's own host is taken in upper and lower case", async ({ baton, host }) => {
  const answer = await rawRequest(baton.address, { path: '/', headers: { host: host.toUpperCase() } })
  expect(answer.status).toBe(200)
})

test('forwarding headers do not change the host', async ({ baton, host }) => {
  const answer = await rawRequest(baton.address, {
    path: '/api/auth/providers',
    headers: {
      host,
      'x-forwarded-host': 'evil.example',
      'x-forwarded-proto': 'https',
      forwarded: 'host=evil.example',
    },
  })
  expect(answer.status).toBe(200)
  expect(await answer.text()).not.toContain('evil.example')
})

test.for([
  ['two Host headers, the own one first', 'GET / HTTP/1.1\r\nHost: OWN\r\nHost: evil.example\r\n'],
  ['two Host headers, the own one last', 'GET / HTTP/1.1\r\nHost: evil.example\r\nHost: OWN\r\n'],
  ['an address of another host in its first line', 'GET http://evil.example/ HTTP/1.1\r\nHost: OWN\r\n'],
  ['no Host header', 'GET / HTTP/1.1\r\n'],
] as const)('a request with %s is refused', async ([, head], { baton, host }) => {
  const socket = connect(Number(new URL(baton.address).port), '127.0.0.1')
  socket.end(`${head.replaceAll('OWN', host)}Connection: close\r\n\r\n`)
  expect(await text(socket)).toMatch(/^HTTP\/1\.1 4(00|21) /)
})
