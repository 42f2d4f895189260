import { expect, test } from 'vitest'
import { adviceOn } from '#lib/config/advice.ts'
import { organisationTypes, publicServices } from '#lib/config/public-services.ts'
import { configOf, faultsOf } from '../../support/config.ts'
import { oauthTypes } from './oauth-types.ts'
import { oidcTypes } from './oidc-types.ts'

const client = { id: 'p', clientId: 'baton', clientSecret: 'a'.repeat(32) }
const generic = ['oidc', 'oauth2']
const table = [...oidcTypes, ...oauthTypes].filter(({ type }) => !generic.includes(type))
const types = [...new Set(table.map(({ type }) => type))]

/** Whether everybody may sign in with this provider, as the advice says. */
async function isOpen(provider: object): Promise<boolean> {
  const file = { trustedProxies: ['10.0.0.1'], providers: [{ ...client, ...provider }] }
  return adviceOn(await configOf({ file })).some(({ message }) => message.includes('anybody can have'))
}

test.each(types)('%s is a public service, or an organisation’s own', (type) => {
  expect([type in publicServices, organisationTypes.includes(type)].filter(Boolean)).toEqual([true])
})

test.each(types)('%s is told as it is when it needs nothing of its operator', async (type) => {
  const isBare = (await faultsOf({ file: { providers: [{ ...client, type }] } })).length === 0
  // What needs an address is judged by it.
  expect(isBare ? await isOpen({ type }) : true).toBe(isBare ? type in publicServices : true)
})

const own = table.filter(({ type, entry }) => entry && organisationTypes.includes(type))

test.each(own)('an own server of $type is not open', async ({ type, entry }) => {
  expect(await isOpen({ type, ...entry })).toBe(false)
})

const github = {
  authorization: 'https://github.com/login/oauth/authorize',
  token: 'https://github.com/login/oauth/access_token',
  userinfo: 'https://api.github.com/user',
}
const entra = (tenant: string) => ({
  type: 'oidc',
  issuer: `https://login.microsoftonline.com/${tenant}/v2.0`,
})

test.each<[what: string, provider: object, open: boolean]>([
  ['Google by oidc', { type: 'oidc', issuer: 'https://accounts.google.com' }, true],
  ['GitHub by oauth2', { type: 'oauth2', endpoints: github }, true],
  ['Blizzard', { type: 'battlenet', issuer: 'https://oauth.battle.net' }, true],
  ['work accounts of all organisations', entra('organizations'), true],
  ['all accounts of Microsoft', entra('common'), true],
  ['personal accounts of Microsoft', entra('9188040d-6c67-4c5b-b112-36a304b66dad'), true],
  ['one tenant of Microsoft', entra('11111111-2222-3333-4444-555555555555'), false],
  [
    'all organisations by its own type',
    { type: 'microsoft-entra-id', issuer: 'https://login.microsoftonline.com/organizations/v2.0' },
    true,
  ],
  ['an own GitLab', { type: 'gitlab', options: { baseUrl: 'https://gitlab.example.org' } }, false],
  ['an own server', { type: 'oidc', issuer: 'https://op.example.org' }, false],
  ['a host that ends like one', { type: 'oidc', issuer: 'https://notgithub.com' }, false],
])('%s', async (_, provider, open) => {
  expect(await isOpen(provider)).toBe(open)
})
