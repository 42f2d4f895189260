import { expect, test } from 'vitest'
import { createResourceServer, InvalidConfiguration, type ResourceServerOptions } from '../src/index.ts'
import { settingsOf } from '../src/options.ts'

const good = {
  batonUrl: 'https://baton.example',
  clientId: 'api',
  clientSecret: 'secret',
  audience: 'https://api',
}
const other = { issuer: 'https://idp.example', audience: 'https://api' }

test.each<[reason: string, change: Partial<ResourceServerOptions>]>([
  ['no URL', { batonUrl: 'baton' }],
  ['a path', { batonUrl: 'https://baton.example/oidc' }],
  ['a query', { batonUrl: 'https://baton.example/?a' }],
  ['plain http to another machine', { batonUrl: 'http://baton.example' }],
  ['plain http to a name that only begins like a loopback address', { batonUrl: 'http://127.0.0.1.example' }],
  ['an empty audience', { audience: '' }],
  ['an empty audience of an issuer', { issuers: [{ ...other, audience: '' }] }],
  ['an empty type', { issuers: [{ ...other, typ: '' }] }],
  ['an issuer by plain http', { issuers: [{ ...other, issuer: 'http://idp.example' }] }],
  ['an issuer twice', { issuers: [other, other] }],
  [
    'Baton among the issuers and by audience',
    { issuers: [{ ...other, issuer: 'https://baton.example/oidc' }] },
  ],
  ['no algorithm', { algorithms: [] }],
  ['the algorithm none', { algorithms: ['RS256', 'none'] }],
  ['an HMAC', { issuers: [{ ...other, algorithms: ['HS256'] }] }],
  ['the feed without credentials', { clientId: undefined, clientSecret: undefined, feed: true }],
])('%s is refused as a configuration', (_, change) => {
  expect(() => createResourceServer({ ...good, ...change })).toThrow(InvalidConfiguration)
})

// As `process.env` gives it to `next build`, which loads every module.
test.each<[missing: string, change: Partial<ResourceServerOptions>]>([
  ['clientSecret', { clientSecret: undefined }],
  ['clientSecret', { clientSecret: '' }],
  ['batonUrl', { batonUrl: undefined }],
  ['batonUrl', { batonUrl: '' }],
  ['clientId', { clientId: undefined }],
  ['clientId', { clientId: '' }],
  ['clientId', { clientId: undefined, clientSecret: undefined, audience: undefined }],
  ['clientId', { clientId: '', clientSecret: '', audience: undefined }],
  ['publicUrl', { publicUrl: '' }],
  ['issuer', { issuers: [{ ...other, issuer: undefined as never }] }],
  ['issuer', { issuers: [{ ...other, issuer: '' }] }],
  ['audience', { issuers: [{ ...other, audience: undefined as never }] }],
])('%s may be missing while nobody calls, and then each call says so', async (missing, change) => {
  const server = createResourceServer({ ...good, ...change })
  expect(server.feed).toBe('off')
  const jwt = `${btoa('{}')}.${btoa('{}')}.AA`
  for (const call of [
    () => server.authenticate(`Bearer ${jwt}`),
    () => server.authenticate(undefined),
    () => server.getSession('a'.repeat(43)),
    () => server.verifyAccessToken(jwt),
  ]) {
    const error = await call().catch((error: unknown) => error)
    expect(error).toBeInstanceOf(InvalidConfiguration)
    expect(error).toMatchObject({ message: expect.stringContaining(`${missing} is missing`) })
  }
  server.close()
})

test('an audience alone may be missing as well', async () => {
  const server = createResourceServer({ batonUrl: good.batonUrl, audience: undefined })
  await expect(server.verifyAccessToken('a.b.c')).rejects.toThrow('audience is missing')
})

test('who names nothing by which a token could be good has made a mistake', () => {
  expect(() => createResourceServer({ batonUrl: good.batonUrl })).toThrow(InvalidConfiguration)
})

test('empty credentials are none, where other tokens can be good', async () => {
  const server = createResourceServer({ ...good, clientId: '', clientSecret: '' })
  expect(server.feed).toBe('off')
  await expect(server.getSession('a'.repeat(43))).rejects.toThrow('getSession needs clientId')
})

test('the message of a refused configuration does not contain the secret', () => {
  const secret = 'a-secret-that-nobody-may-read'
  expect(() => createResourceServer({ ...good, clientSecret: secret, algorithms: ['none'] })).toThrow(
    expect.objectContaining({ message: expect.not.stringContaining(secret) }),
  )
})

test('there is no feed without credentials, and a feed by default with them', () => {
  expect(settingsOf(good).feed).toBe(true)
  expect(settingsOf({ ...good, feed: false }).feed).toBe(false)
  expect(settingsOf({ ...good, clientId: undefined, clientSecret: undefined }).feed).toBe(false)
})

test('id and secret are form-urlencoded before they are joined', () => {
  const { authorization } = settingsOf({ ...good, clientId: 'a:b c', clientSecret: 'd+e%f' })
  expect(Buffer.from(String(authorization).slice('Basic '.length), 'base64').toString()).toBe(
    'a%3Ab+c:d%2Be%25f',
  )
})
