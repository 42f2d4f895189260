import type { IncomingHttpHeaders } from 'node:http'
import { gzipSync } from 'node:zlib'
import { expect } from 'vitest'
import { expectRefusal } from '../../support/clients/refusal.ts'
import { appOrigin } from '../../support/full-config.ts'
import { logLines } from '../../support/log-lines.ts'
import { portOf, served } from '../../support/proxied-backends.ts'
import { startTokenService } from '../../support/servers/token-service.ts'
import { perFile } from '../../support/test.ts'
import { test as base } from '../../support/test-apps.ts'

const test = base
  .extend('service', served, ({ closing }) => closing(startTokenService(portOf('token-service'))))
  .extend('webNonce', perFile, ({ app }) => app.webNonce())
  .extend(
    'ask',
    ({ webNonce, app }) =>
      (bearer = webNonce, headers: Record<string, string> = {}) =>
        app.post('/api/token', {}, { authorization: `Bearer ${bearer}`, ...headers }),
  )

test('Baton shows the web nonce to the token service as the standard has it, by its own credentials', async ({
  service,
  ask,
  webNonce,
}) => {
  service.will((_, res) => res.end())
  await ask()
  expect(service.asked).toMatchObject([
    {
      headers: {
        authorization: `Basic ${btoa('baton+app:a%2Bb%3Ac+%25')}`,
        'content-type': 'application/x-www-form-urlencoded',
      },
      form: {
        grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
        subject_token: webNonce,
        subject_token_type: 'urn:ietf:params:oauth:token-type:access_token',
      },
    },
  ])
})

test('it gets the trace of the call, and providers never do', async ({
  service,
  ask,
  webNonce,
  partners,
  signedIn,
  baton,
}) => {
  const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'
  const trace = { traceparent, tracestate: 'a=b' }
  service.will((_, res) => res.end())
  await ask(webNonce, trace)
  expect(service.asked).toMatchObject([{ headers: trace }])
  await ask(webNonce, { traceparent: 'malformed', tracestate: 'a=b' })
  expect(service.asked[1]?.headers).not.toHaveProperty('traceparent')
  expect(service.asked[1]?.headers).not.toHaveProperty('tracestate')

  const seen: IncomingHttpHeaders[] = []
  partners.tokenDoor.before = async ({ headers }) => void seen.push(headers)
  await signedIn('demo', trace)
  delete partners.tokenDoor.before
  expect(seen).toHaveLength(1)
  expect(seen[0]).not.toHaveProperty('traceparent')
  await expect
    .poll(() => logLines(baton).filter(({ event, traceId }) => event === 'sign_in.done' && traceId))
    .toMatchObject([{ traceId: '0af7651916cd43dd8448eb211c80319c' }])
})

const every = Buffer.from(Array.from({ length: 256 }, (_, index) => index))
test.for<[string, Buffer, string | undefined]>([
  ['JSON', Buffer.from('{"access_token":"at", "expires_in" : 3600}\n'), 'application/json;charset=UTF-8'],
  ['every byte', every, 'application/octet-stream'],
  ['nothing', Buffer.alloc(0), 'text/plain'],
  ['no UTF-8', Buffer.from([0xff, 0xfe, 0xc3, 0x28]), 'text/plain; charset=utf-8'],
  ['64 KiB', Buffer.alloc(64 * 1024, 7), 'application/octet-stream'],
  ['bytes without a type', Buffer.from('x'), undefined],
])('what it answers comes back byte for byte: %s', async ([, body, type], { service, ask }) => {
  service.will((__, res) => res.writeHead(200, type ? { 'content-type': type } : {}).end(body))
  const answer = await ask()
  expect([answer.status, answer.headers.get('content-type')]).toEqual([200, type ?? null])
  expect(Buffer.from(await answer.arrayBuffer()).equals(body)).toBe(true)
  expect(answer.headers.get('cache-control')).toBe('no-store')
})

test.for([400, 401, 403, 404, 429, 500, 503, 302, 204])(
  'its status comes back, and nothing else of its headers: %i',
  async (status, { service, baton, webNonce }) => {
    service.will((_, res) => {
      const headers = {
        'content-type': 'text/html',
        'set-cookie': 'a=b',
        location: `${service.url}/elsewhere`,
        'www-authenticate': 'Basic',
      }
      res.writeHead(status, headers).end(status === 204 ? undefined : '<script>1</script>')
    })
    const answer = await fetch(`${baton.url}/api/token`, {
      method: 'POST',
      redirect: 'manual',
      headers: { authorization: `Bearer ${webNonce}` },
    })
    expect(answer.status).toBe(status)
    for (const name of ['set-cookie', 'location', 'www-authenticate'])
      expect(answer.headers.get(name)).toBeNull()
    expect(answer.headers.get('content-security-policy')).toContain('sandbox')
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff')
    expect(service.asked).toHaveLength(1)
  },
)

test('a compressed answer is passed on as it is, for the caller to decompress', async ({ service, ask }) => {
  service.will((_, res) =>
    res.writeHead(200, { 'content-type': 'text/plain', 'content-encoding': 'gzip' }).end(gzipSync('hello')),
  )
  const answer = await ask()
  expect(answer.headers.get('content-encoding')).toBe('gzip')
  expect(await answer.text()).toBe('hello')
})

test('more than 64 KiB, a broken answer and a service that is away are bad gateways', async ({
  service,
  ask,
}) => {
  service.will((_, res) => res.end(Buffer.alloc(64 * 1024 + 1)))
  await expectRefusal(await ask(), 502, 'bad_gateway')
  service.will((_, res) => {
    res.writeHead(200, { 'content-length': 10 })
    res.write('x')
    setTimeout(() => res.destroy(), 20)
  })
  await expectRefusal(await ask(), 502, 'bad_gateway')
  service.will((_, res) => void res.destroy())
  await expectRefusal(await ask(), 502, 'bad_gateway')
})

test('a service that does not answer in time is a gateway timeout', async ({ service, ask }) => {
  service.will(() => {})
  await expectRefusal(await ask(), 504, 'gateway_timeout')
})

test('it takes a good web nonce alone: no dead one, no cookie, no other method', async ({
  service,
  ask,
  signedIn,
  baton,
  webNonce,
}) => {
  service.will((_, res) => res.end())
  await expectRefusal(await ask('x'.repeat(43)), 401, 'invalid_token')
  const person = await signedIn()
  const byCookie = await person.ownPage('/api/token', { method: 'POST' })
  expect(byCookie.headers.get('www-authenticate')).toBe('Bearer')
  await expectRefusal(byCookie, 401, 'invalid_token')
  const get = await fetch(`${baton.url}/api/token`, {
    headers: { authorization: `Bearer ${webNonce}` },
  })
  expect(get.headers.get('allow')).toBe('POST')
  await expectRefusal(get, 405, 'method_not_allowed')
  expect(service.asked).toEqual([])
})

test('pages of an app’s origin may ask, and hear of errors', async ({ service, webNonce, ask }) => {
  service.will((_, res) => res.end('{}'))
  for (const bearer of [webNonce, 'x'.repeat(43)]) {
    const answer = await ask(bearer, { origin: appOrigin })
    expect(answer.headers.get('access-control-allow-origin')).toBe(appOrigin)
  }
})
