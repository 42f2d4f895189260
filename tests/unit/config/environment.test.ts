import { expect, test } from 'vitest'
import { configOf, faultsOf } from '../../support/config.ts'

test('defaults are those of the contract', async () => {
  expect(await configOf()).toMatchObject({
    url: 'https://baton.example.org',
    development: false,
    listen: { host: undefined, port: 3000 },
    database: { dataDir: '.baton' },
    logLevel: 'info',
  })
})

test('what is set is taken', async () => {
  const env = {
    HOST: '127.0.0.1',
    PORT: '8080',
    DATABASE_URL: 'postgresql://db/baton',
    BATON_DATA_DIR: 'data',
    LOG_LEVEL: 'warn',
    NODE_ENV: 'development',
  }
  expect(await configOf({ env })).toMatchObject({
    development: true,
    listen: { host: '127.0.0.1', port: 8080 },
    database: { url: 'postgresql://db/baton', dataDir: 'data' },
    logLevel: 'warn',
  })
})

test('METRICS_PORT is a port of its own', async () => {
  expect((await configOf({ env: { METRICS_PORT: '9464' } })).listen.metricsPort).toBe(9464)
  expect((await configOf()).listen.metricsPort).toBeUndefined()
  const fault = 'METRICS_PORT: it is the same as PORT; metrics need a port of their own'
  expect(await faultsOf({ env: { METRICS_PORT: '3000' } })).toEqual([fault])
  expect(await faultsOf({ env: { METRICS_PORT: '8080', PORT: '8080' } })).toEqual([fault])
  expect(await faultsOf({ env: { METRICS_PORT: '0' } })).toEqual([expect.stringMatching(/^METRICS_PORT: /)])
})

test('several workers need PostgreSQL, and there is one process in development', async () => {
  const env = { WEB_CONCURRENCY: '4', DATABASE_URL: 'postgresql://db/baton' }
  expect((await configOf()).workers).toBe(1)
  expect((await configOf({ env: { WEB_CONCURRENCY: '1' } })).workers).toBe(1)
  expect((await configOf({ env })).workers).toBe(4)
  const needsDatabase = expect.stringMatching(/^WEB_CONCURRENCY: several workers need PostgreSQL/)
  expect(await faultsOf({ env: { ...env, DATABASE_URL: undefined } })).toEqual([needsDatabase])
  expect(await faultsOf({ env: { ...env, NODE_ENV: 'development' } })).toEqual([
    'WEB_CONCURRENCY: there is one process in development; leave it out',
  ])
  for (const bad of ['0', '65', '1.5', 'auto'])
    expect(await faultsOf({ env: { ...env, WEB_CONCURRENCY: bad } })).toEqual([
      expect.stringMatching(/^WEB_CONCURRENCY: /),
    ])
})

test('an empty variable is an unset one', async () => {
  const env = { HOST: '', PORT: '', DATABASE_URL: '', BATON_DATA_DIR: '', LOG_LEVEL: '', NODE_ENV: '' }
  expect(await configOf({ env })).toEqual(await configOf())
  expect(await faultsOf({ env: { BATON_URL: '' } })).toEqual(
    await faultsOf({ env: { BATON_URL: undefined } }),
  )
  expect(await faultsOf({ env: { AUTH_SECRET: '' } })).toHaveLength(1)
})

test.each([
  'https://baton.example.org',
  'https://baton.example.org:8443',
  'http://localhost:3000',
  'http://127.0.0.1:3000',
  'http://127.1.2.3',
  'http://[::1]:3000',
])('a public origin over TLS, or of a loopback address, is taken: %s', async (url) => {
  expect((await configOf({ env: { BATON_URL: url } })).url).toBe(url)
})

test('a closing slash of the origin does not count', async () => {
  expect((await configOf({ env: { BATON_URL: 'https://baton.example.org/' } })).url).toBe(
    'https://baton.example.org',
  )
})

test.each([
  ['HTTPS://Baton.Example.ORG', 'https://baton.example.org'],
  ['https://baton.example.org:443', 'https://baton.example.org'],
  ['http://[0:0:0:0:0:0:0:1]:3000', 'http://[::1]:3000'],
])('a public origin in another spelling is the one that browsers have: %s', async (given, url) => {
  expect((await configOf({ env: { BATON_URL: given } })).url).toBe(url)
})

test.each([
  ['https://example.org/baton', /below a path.* host name of its own, such as https:\/\/baton\./],
  ['https://example.org/baton/', /below a path/],
  ['http://localhost:3000/baton', /below a path/],
  ['https://example.org/?x', /without a query/],
  ['https://example.org/?', /without a query/],
  ['https://example.org#x', /without a query/],
  ['https://user:word@example.org', /without a user name or password/],
  ['https://example.org.', /without the dot at its end/],
  ['ftp://localhost', /use https, such as/],
  ['http://example.org', /use https.*loopback/],
  ['example.org', /such as https:/],
])('%s is refused with what to do', async (url, advice) => {
  const faults = await faultsOf({ env: { BATON_URL: url } })
  expect(faults).toEqual([expect.stringMatching(advice)])
  expect(faults[0]).not.toContain('word@')
})

test.each([
  ['BATON_URL', undefined],
  ['BATON_URL', 'baton.example.org'],
  ['BATON_URL', 'https://baton.example.org/app'],
  ['BATON_URL', 'https://baton.example.org/?x'],
  ['BATON_URL', 'https://baton.example.org/#x'],
  ['BATON_URL', 'https://user@baton.example.org'],
  ['BATON_URL', 'http://baton.example.org'],
  ['BATON_URL', 'http://localhost.evil.test'],
  ['BATON_URL', 'http://127.0.0.1.evil.test'],
  ['BATON_URL', 'http://192.168.0.7'],
  ['BATON_URL', 'http://0.0.0.0:3000'],
  ['BATON_URL', 'ftp://localhost'],
  ['BATON_URL', 'ws://localhost:3000'],
  ['BATON_URL', 'javascript:alert(1)'],
  ['AUTH_SECRET', undefined],
  ['AUTH_SECRET', 'a'.repeat(31)],
  ['PORT', '0'],
  ['PORT', '65536'],
  ['PORT', '80.5'],
  ['PORT', 'http'],
  ['PORT', '-1'],
  ['DATABASE_URL', 'mysql://db/baton'],
  ['DATABASE_URL', 'baton.db'],
  ['DATABASE_URL', 'postgresql://db/baton?schema=baton'],
  ['LOG_LEVEL', 'loud'],
])('%s=%s is refused by name, without repeating its value', async (name, value) => {
  const faults = await faultsOf({ env: { [name]: value } })
  expect(faults).toHaveLength(1)
  expect(faults[0]).toMatch(new RegExp(`^${name}: \\S`))
  if (name === 'AUTH_SECRET' && value) expect(faults[0]).not.toContain(value)
})

test('32 bytes are enough of a secret, were they fewer characters', async () => {
  const { secrets } = await configOf({ env: { AUTH_SECRET: 'ä'.repeat(16) } })
  expect(secrets).toEqual(['ä'.repeat(16)])
})

test('AUTH_SECRET holds several secrets, newest first, after those that Auth.js numbers', async () => {
  const [a, b, c, d] = ['a', 'b', 'c', 'd'].map((letter) => letter.repeat(32))
  expect((await configOf({ env: { AUTH_SECRET: `${b}, ${a}` } })).secrets).toEqual([b, a])
  const env = { AUTH_SECRET: `${b},${a}`, AUTH_SECRET_1: c, AUTH_SECRET_3: d }
  expect((await configOf({ env })).secrets).toEqual([d, c, b, a])
})

test.each([
  ['AUTH_SECRET', `${'a'.repeat(32)},short`],
  ['AUTH_SECRET', `${'a'.repeat(32)},`],
  ['AUTH_SECRET_1', 'short'],
])('every one of several secrets must be long enough: %s', async (name, value) => {
  const faults = await faultsOf({ env: { [name]: value } })
  expect(faults).toHaveLength(1)
  expect(faults[0]).toMatch(new RegExp(`^${name}: .*at least 32 bytes`))
})

test('of one with several faults every one is named', async () => {
  const env = {
    BATON_URL: 'http://baton.example.org',
    AUTH_SECRET: 'short',
    PORT: 'x',
    DATABASE_URL: 'x',
    LOG_LEVEL: 'x',
  }
  const faults = await faultsOf({ env })
  expect(faults.map((fault) => fault.split(':')[0]).sort()).toEqual([
    'AUTH_SECRET',
    'BATON_URL',
    'DATABASE_URL',
    'LOG_LEVEL',
    'PORT',
  ])
})
