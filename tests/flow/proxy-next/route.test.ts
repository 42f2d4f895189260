import { gzipSync } from 'node:zlib'
import { expect } from 'vitest'
import { httpCall } from '../../support/clients/http-call.ts'
import { newDeviceKey } from '../../support/device-key.ts'
import { listen } from '../../support/partners.ts'
import { perFile } from '../../support/test.ts'
import { test as base, echo, withBackends } from '../../support/test-proxy.ts'

// What holds with Next as the entry, and what the endpoint of Baton's own server need not do.

const test = base
  .extend('packed', perFile, ({ closing }) =>
    closing(listen((_, response) => response.setHeader('content-encoding', 'gzip').end(gzipSync('packed')))),
  )
  .extend('setup', perFile, ({ packed: { url } }) => withBackends({ name: 'packed', url }))

test('an answer that the backend compresses unasked is refused, as it could not be read', async ({
  proxy,
}) => {
  const answer = await proxy.call('/packed/')
  expect(answer.status).toBe(502)
  expect(answer.json()).toMatchObject({ error: 'bad_gateway' })
})

test.for([`/api/backends${echo}`, '/api/nonce', '/api/auth/csrf', '/api/nothing'])(
  '%s answers to no other host than its own',
  async (path, { baton, host: own, proxy: { cookie } }) => {
    for (const host of ['evil.example', `${own}.evil.example`]) {
      const answer = await httpCall(baton.address, path, { headers: { host, cookie } })
      expect(answer.status).toBe(421)
      expect(answer.json()).toMatchObject({ error: 'misdirected_request' })
    }
  },
)

test('the probes answer to any host', async ({ baton }) => {
  for (const path of ['/api/health', '/api/ready'])
    expect((await httpCall(baton.address, path, { headers: { host: '10.0.0.7' } })).status).toBe(200)
})

test.for(['/api/auth/callback/demo', '/api/auth/signin/demo', '/api/nonce'])(
  '%s reads no body of more than 64 KiB',
  async (path, { host, baton }) => {
    const body = `a=${'x'.repeat(70_000)}`
    const headers = {
      host,
      'content-type': 'application/x-www-form-urlencoded',
      'content-length': String(body.length),
    }
    const answer = await httpCall(baton.address, path, { method: 'POST', headers, body })
    expect(answer.status).toBe(413)
    expect(answer.json()).toMatchObject({ error: 'payload_too_large' })
  },
)

test('a caller that leaves is no error of the backend', async ({ baton, proxy }) => {
  const before = baton.log().length
  const leave = new AbortController()
  const path = '/demo/api/authenticated/events?every=60000'
  const stream = await proxy.open(path, { signal: leave.signal })
  stream.on('error', () => {}).resume()
  leave.abort()
  expect((await proxy.call(echo)).status).toBe(200)
  expect(baton.log().slice(before)).not.toContain('bad_gateway')
})

test('a call by the DPoP scheme is asked for a proof with a nonce, and gets the nonce for it', async ({
  baton,
  host,
}) => {
  const [key, token] = [await newDeviceKey(), 'x'.repeat(43)]
  const path = `/api/backends${echo}`
  const ask = async (nonce?: string) => {
    const dpop = await key.proof({ method: 'GET', url: baton.url + path, token, nonce })
    return httpCall(baton.address, path, { headers: { host, authorization: `DPoP ${token}`, dpop } })
  }
  const first = await ask()
  expect(first.json()).toMatchObject({ error: 'use_dpop_nonce' })
  // Now the proof is good, and the web nonce is nobody's.
  const second = await ask(String(first.headers['dpop-nonce']))
  expect([second.status, second.json()]).toMatchObject([401, { error: 'invalid_token' }])
  expect(second.headers['www-authenticate']).toMatch(/^DPoP error="invalid_token"/)
})
