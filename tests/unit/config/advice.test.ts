import { expect, test } from 'vitest'
import { adviceOn } from '#lib/config/advice.ts'
import { configOf } from '../../support/config.ts'

const secret = 'a'.repeat(32)
const login = {
  id: 'login',
  type: 'oidc',
  issuer: 'https://op.example.org',
  clientId: 'b',
  clientSecret: secret,
}
const google = { id: 'google', type: 'google', clientId: 'b', clientSecret: secret }
const shop = { client_id: 'shop', client_secret: secret }
const quiet = { trustedProxies: ['10.0.0.1'], providers: [login], clients: [shop] }

const about = async (file: object, env: Record<string, string> = {}) =>
  adviceOn(await configOf({ file: { ...quiet, ...file }, env })).map((advice) => advice.about)

test('what is as it should be needs no advice', async () => {
  expect(await about({})).toEqual([])
  expect(await about({ trustedProxies: [] }, { BATON_URL: 'http://localhost:3000' })).toEqual([])
})

test.each<[what: string, file: object, env: Record<string, string>, about: object]>([
  ['no client secret', { providers: [{ ...login, clientSecret: undefined }] }, {}, { providers: ['login'] }],
  ['a short one', { clients: [{ ...shop, client_secret: 'a'.repeat(31) }] }, {}, { clients: ['shop'] }],
  ['https without a trusted proxy', { trustedProxies: [] }, {}, {}],
  ['confirm never', { handoff: { confirm: 'never' } }, {}, { settings: ['handoff.confirm'] }],
  [
    'confirm never for a client',
    { clients: [{ ...shop, handoff: { confirm: 'never' } }] },
    {},
    { clients: ['shop'] },
  ],
  ['a public provider', { providers: [google] }, {}, { providers: ['google'] }],
  [
    'a public issuer by another type',
    { providers: [{ ...login, issuer: 'https://accounts.google.com' }] },
    {},
    { providers: ['login'] },
  ],
  [
    'an operator of an issuer that nobody has',
    { operators: [{ issuer: 'https://op.exmaple.org', jwksUri: 'https://op.example.org/jwks' }] },
    {},
    { issuers: ['https://op.exmaple.org'] },
  ],
  [
    'going straight where there are two ways',
    { autoSignIn: true, providers: [login, { ...login, id: 'other' }] },
    {},
    { settings: ['autoSignIn'] },
  ],
  ['going straight to nobody', { autoSignIn: true, providers: [] }, {}, { settings: ['autoSignIn'] }],
  ['a public demo', {}, { BATON_DEMO: 'true' }, { variables: ['BATON_DEMO'] }],
  ['an unused proxy', {}, { HTTPS_PROXY: 'http://proxy:3128' }, { variables: ['HTTPS_PROXY'] }],
])('%s gets advice', async (_, file, env, expected) => {
  expect(await about(file, env)).toEqual([expected])
})

test('neither a demo for developers alone needs advice, nor going straight to one provider', async () => {
  expect(await about({ autoSignIn: true })).toEqual([])
  expect(await about({}, { BATON_DEMO: 'true', NODE_ENV: 'development' })).toEqual([])
  expect(await about({}, { BATON_DEMO: 'false' })).toEqual([])
  const own = ['http://localhost:3000', 'http://127.0.0.1:3000', 'http://[::1]:3000', 'https://laptop']
  own.push('https://laptop.local', 'https://192.168.1.7', 'https://10.0.0.7', 'https://172.20.0.7')
  for (const url of own) expect(await about({}, { BATON_DEMO: 'true', BATON_URL: url })).toEqual([])
  for (const url of ['https://10.example.org', 'https://172.40.0.7', 'https://local.example.org'])
    expect(await about({}, { BATON_DEMO: 'true', BATON_URL: url })).toHaveLength(1)
})

test('issuers of operators are compared with all others, and a near miss is told', async () => {
  const app = 'https://app.example.org'
  const file = { ...quiet, trustedIssuers: [{ issuer: app, clients: ['app'] }] }
  const operated = async (...issuers: string[]) => {
    const operators = [{ issuer: 'https://tool.example', jwksUri: 'https://tool.example/jwks', issuers }]
    return adviceOn(await configOf({ file: { ...file, operators } })).map(({ advice }) => advice)
  }
  expect(await operated(login.issuer, app)).toEqual([])
  expect(await operated(login.issuer, `${app}/`)).toEqual([expect.stringContaining(`did you mean ${app}?`)])
})

test('a public provider with `allow` is no concern', async () => {
  expect(await about({ providers: [{ ...google, allow: { emailDomains: ['example.org'] } }] })).toEqual([])
})
