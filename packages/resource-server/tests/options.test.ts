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
  ['a secret without an id', { clientId: undefined }],
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
  [
    'nothing by which a token could be good',
    { clientId: undefined, clientSecret: undefined, audience: undefined },
  ],
])('%s is refused as a configuration', (_, change) => {
  expect(() => createResourceServer({ ...good, ...change })).toThrow(InvalidConfiguration)
})

// As `process.env` gives it to `next build`, which loads every module.
test.each<[missing: string, change: Partial<ResourceServerOptions>]>([
  ['clientSecret', { clientSecret: undefined }],
  ['clientSecret', { clientSecret: '' }],
  ['batonUrl', { batonUrl: undefined }],
  ['batonUrl', { batonUrl: '' }],
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

test('the message of a refused configuration does not contain the secret', () => {
  expect(() => createResourceServer({ ...good, clientId: undefined })).toThrow(
    expect.not.objectContaining({ message: expect.stringContaining('secret ') }),
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
