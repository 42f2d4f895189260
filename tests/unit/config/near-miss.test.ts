import { expect, test } from 'vitest'
import { didYouMean, nearMiss } from '#lib/config/near-miss.ts'
import { faultsOf } from '../../support/config.ts'

const known = ['providers', 'trustedIssuers', 'trustedProxies', 'backends', 'id', 'url']

test.each([
  ['provders', 'providers'],
  ['Providers', 'providers'],
  ['porviders', 'providers'],
  ['trusted_issuers', 'trustedIssuers'],
  ['backend', 'backends'],
  ['ur', 'url'],
])('a word with a slip names the one that was meant: %s', (word, meant) => {
  expect(nearMiss(word, known)).toBe(meant)
})

test.each(['sessions', 'xyz', '', 'identity'])('another word names none: %j', (word) => {
  expect(nearMiss(word, known)).toBeUndefined()
  expect(didYouMean(word, known)).toBe('')
})

const provider = { id: 'login', type: 'oidc', issuer: 'https://op.example.org', clientId: 'baton' }
const client = { client_id: 'shop', client_secret: 'a'.repeat(32) }

test.each<[what: string, file: object, fault: string]>([
  ['a section', { provders: [] }, 'FILE: the file: Unrecognized key: "provders"; did you mean "providers"?'],
  [
    'a key of an entry',
    { providers: [{ ...provider, client_id: 'x' }] },
    'FILE: providers[0]: Unrecognized key: "client_id"; did you mean "clientId"?',
  ],
  [
    'a key deep in an entry',
    { clients: [{ ...client, handoff: { confrim: 'never' } }] },
    'FILE: clients[0].handoff: Unrecognized key: "confrim"; did you mean "confirm"?',
  ],
  [
    'a key of a choice',
    { trustedIssuers: [{ issuer: 'https://op.example.org', clients: ['a'], allow: { email: ['a@b.c'] } }] },
    'FILE: trustedIssuers[0].allow: Unrecognized key: "email"; did you mean "emails"?',
  ],
  [
    'a variable',
    { providers: [{ ...provider, clientSecret: `$\{LOGIN_SECRT}` }] },
    `FILE: $\{LOGIN_SECRT} is used, and the environment has no LOGIN_SECRT; did you mean "LOGIN_SECRET"?`,
  ],
  [
    'a provider',
    { providers: [provider], backends: [{ name: 'a', url: 'https://a.example', providers: ['logn'] }] },
    'FILE: backends[0].providers[0]: there is no provider "logn"; did you mean "login"?',
  ],
  [
    'a client',
    { clients: [{ ...client, resource_servers: ['shp'] }] },
    'FILE: clients[0] (shop).resource_servers[0]: there is no client "shp"; did you mean "shop"?',
  ],
])('a fault of the configuration names what was meant: %s', async (_, file, fault) => {
  expect(await faultsOf({ file, env: { LOGIN_SECRET: 'x' } })).toContain(fault)
})

test('a key that is like none is only said to be unknown', async () => {
  expect(await faultsOf({ file: { colours: [] } })).toEqual(['FILE: the file: Unrecognized key: "colours"'])
})
