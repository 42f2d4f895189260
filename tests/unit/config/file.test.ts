import { expect, test } from 'vitest'
import { configOf, faultsOf } from '../../support/config.ts'

/** A reference to an environment variable, as the file writes it. */
const of = (name: string) => `$\{${name}}`

const provider = { id: 'demo', type: 'oidc', issuer: 'https://op.example.org', clientId: 'baton' }
const backend = { name: 'demo', url: 'https://api.example.org', token: 'provider', providers: ['demo'] }
const trusted = { issuer: 'https://op.example.org', clients: ['app'] }
const whole = { providers: [provider], backends: [backend], trustedIssuers: [trusted] }

test('an empty file is a configuration, with the defaults of the contract', async () => {
  expect(await configOf()).toMatchObject({
    providers: [],
    sessions: { lifetime: 30 * 24 * 3600 },
    trustedIssuers: [],
    backends: [],
    trustedProxies: [],
    handoff: { nonceTtl: 30, confirm: 'unbound', binding: 'none' },
  })
})

test('what a section leaves out has the defaults of the contract', async () => {
  const config = await configOf({ file: whole })
  expect(config.providers[0]).toMatchObject({ subjectClaim: 'sub' })
  expect(config.trustedIssuers[0]).toEqual({
    ...trusted,
    algorithms: ['RS256', 'ES256', 'PS256', 'EdDSA', 'Ed25519'],
    maxTokenAge: 3600,
    acceptWithoutNonceAudience: [],
    subjectClaim: 'sub',
  })
  expect(config.backends[0]).toEqual({
    ...backend,
    token: ['provider'],
    methods: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'],
    requestHeaders: [],
    timeoutMs: 30_000,
    idleTimeoutMs: 60_000,
    maxBodyBytes: 1024 ** 3,
    navigable: false,
    rewriteLinks: true,
    responseHeaders: [],
  })
})

test('a reference takes a value from the environment, anywhere in a text and more than once', async () => {
  const file = {
    ...whole,
    providers: [
      { ...provider, clientId: `${of('A')}-${of('B_2')}`, name: `$A ${of('A')}${of('A')} $${of('A')}` },
    ],
  }
  const { providers } = await configOf({ file, env: { A: 'x', B_2: of('A') } })
  expect(providers[0]).toMatchObject({ clientId: `x-${of('A')}`, name: '$A xx $x' })
})

test('a value of the environment is text: it cannot become another part of the file', async () => {
  const file = { ...whole, providers: [{ ...provider, clientId: of('A') }] }
  const { providers } = await configOf({ file, env: { A: 'a", "clientSecret": "b' } })
  expect(providers[0]).toMatchObject({ clientId: 'a", "clientSecret": "b' })
  expect(providers[0]).not.toHaveProperty('clientSecret')
})

test.each([undefined, ''])('a variable that is not set is a fault that names it: %j', async (value) => {
  const file = { ...whole, providers: [{ ...provider, clientId: of('A_MISSING') }] }
  const faults = await faultsOf({ file, env: { A_MISSING: value } })
  expect(faults).toEqual([`FILE: ${of('A_MISSING')} is used, and the environment has no A_MISSING`])
})

test('a file that cannot be read is a fault that says which and what to do', async () => {
  expect(await faultsOf({ env: { BATON_CONFIG: '/nowhere/baton.config.json' } })).toEqual([
    'FILE: cannot be read; write it (demo/baton.config.json is an example) or set BATON_CONFIG',
  ])
})

test.each(['', '{', '{"providers": [}', 'providers: []'])(
  'a file that is no JSON is a fault: %j',
  async (file) => {
    expect(await faultsOf({ file })).toEqual([expect.stringMatching(/^FILE: is not JSON/)])
  },
)

test.each(['[]', 'null', '"text"', '7'])('JSON that is no object is a fault: %s', async (file) => {
  expect(await faultsOf({ file })).toEqual([expect.stringMatching(/^FILE: the file: /)])
})

test('every fault of environment and file is told at once, each with its place', async () => {
  const file = {
    providers: [{ ...provider, clientId: '' }],
    trustedIssuers: [{ ...trusted, maxTokenAge: 0 }],
    backends: [{ ...backend, timeoutMs: 'long', url: of('A_MISSING') }],
    handoff: { nonceTtl: 121 },
    surprise: true,
  }
  const faults = await faultsOf({ file, env: { PORT: 'x', LOG_LEVEL: 'x' } })
  for (const place of [
    'PORT: ',
    'LOG_LEVEL: ',
    `FILE: ${of('A_MISSING')} `,
    'FILE: providers[0].clientId: ',
    'FILE: trustedIssuers[0].maxTokenAge: ',
    'FILE: backends[0].timeoutMs: ',
    'FILE: handoff.nonceTtl: ',
  ])
    expect(
      faults.filter((fault) => fault.startsWith(place)),
      place,
    ).toHaveLength(1)
  expect(faults.join('\n')).toContain('surprise')
})

test('a backend may name a provider whose issuer its type knows', async () => {
  const github = { id: 'github', type: 'github', clientId: 'baton' }
  const file = { providers: [github], backends: [{ ...backend, providers: ['github'] }] }
  expect(await faultsOf({ file })).toEqual([])
})

test('faults between sections are told together with faults inside them', async () => {
  const file = {
    providers: [provider, provider, { ...provider, id: 'other', type: 'no-such-provider' }],
    backends: [{ ...backend, providers: ['unknown'], timeoutMs: 'long' }],
  }
  const faults = (await faultsOf({ file })).join('\n')
  expect(faults).toContain('backends[0].timeoutMs')
  expect(faults).toContain('providers[1].id: "demo" appears more than once')
  expect(faults).toContain('there is no provider "unknown"')
  expect(faults).toContain('there is no provider of type "no-such-provider"')
})

test('one issuer whose people have two names is a fault, in either place', async () => {
  const issuer = 'https://login.example.org'
  const faults = (provider: object, trusted: object) =>
    faultsOf({
      file: {
        providers: [{ id: 'login', type: 'oidc', issuer, clientId: 'baton', ...provider }],
        trustedIssuers: [{ issuer, clients: ['app'], ...trusted }],
      },
    })
  const fault = expect.stringContaining('trustedIssuers[0].subjectClaim: ')
  expect(await faults({ subjectClaim: 'oid' }, {})).toContainEqual(fault)
  expect(await faults({}, { subjectClaim: 'oid' })).toContainEqual(fault)
  expect(await faults({ subjectClaim: 'oid' }, { subjectClaim: 'oid' })).toEqual([])
  expect(await faults({ subjectClaim: 'oid' }, { issuer: `${issuer}/other` })).toEqual([])
})
