import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'vitest'
import { authSecret } from '../../support/baton.ts'
import { faultsOf } from '../../support/config.ts'
import { refusedStart } from '../../support/refused-start.ts'
import { test as base, perFile } from '../../support/test.ts'

const op = 'https://op.example.org'
const oidc = { type: 'oidc', issuer: op }
const endpoints = { authorization: `${op}/authorize`, token: `${op}/token`, userinfo: `${op}/me` }
const oauth2 = { type: 'oauth2', endpoints }
const github = { type: 'github' }
const entra = { type: 'microsoft-entra-id' }
const keyless = { clientSecret: undefined }
const appleKey = { teamId: 'TEAM123456', keyId: 'KEY7890123', privateKey: 'a key' }

/** Entries that Baton does not start with, and what their faults have to name. */
const faulty: [name: string, entry: object, named: RegExp][] = [
  ['issuer, at a type that asks one site', { ...github, issuer: 'https://git.example.org' }, /issuer/],
  ['issuer, at a type that has its server in options', { type: 'gitlab', issuer: op }, /issuer/],
  ['issuer, missing', { type: 'keycloak' }, /issuer/],
  ['issuer, missing at oidc', { type: 'oidc' }, /issuer/],
  ['issuer, by plain http', { ...oidc, issuer: 'http://op.internal' }, /issuer/],
  ['metadataUrl, at a type without metadata', { ...github, metadataUrl: `${op}/metadata` }, /metadataUrl/],
  ['metadataUrl, by plain http', { ...oidc, metadataUrl: 'http://op.internal/m' }, /metadataUrl/],
  ['serverOrigin, at a type that asks one site', { ...github, serverOrigin: op }, /serverOrigin/],
  ['serverOrigin, by plain http', { ...oidc, serverOrigin: 'http://op.internal' }, /serverOrigin/],
  ['serverOrigin, with a path', { ...oidc, serverOrigin: `${op}/realms/main` }, /serverOrigin/],
  ['plainHttp, at a type that asks one site', { ...github, plainHttp: true }, /plainHttp/],
  ['endpoints, at a type that has them', { ...github, endpoints: { token: `${op}/token` } }, /endpoints/],
  ['endpoints, missing', { type: 'oauth2' }, /endpoints/],
  [
    'endpoints, without userinfo',
    { ...oauth2, endpoints: { ...endpoints, userinfo: undefined } },
    /endpoints.*userinfo/,
  ],
  [
    'endpoints, by plain http',
    { ...oidc, endpoints: { token: 'http://op.internal/token' } },
    /endpoints.*token/,
  ],
  ['endpoints, of a name that there is not', { ...oidc, endpoints: { logout: op } }, /endpoints.*logout/],
  ['options, at oidc', { ...oidc, options: { baseUrl: op } }, /options/],
  ['options, at oauth2', { ...oauth2, options: { baseUrl: op } }, /options/],
  ['options, unknown to the type', { ...github, options: { baseUrl: op } }, /options.*baseUrl/],
  ['options, unknown inside one', { ...github, options: { enterprise: { url: op } } }, /options.*url/],
  ['options, for what has a setting', { ...github, options: { clientId: 'other' } }, /options.*clientId/],
  [
    'options, a text where one has options',
    { ...github, options: { enterprise: op } },
    /options.*enterprise/,
  ],
  ['options, nothing in one', { ...github, options: { enterprise: {} } }, /options.*enterprise/],
  ['options, null', { type: 'gitlab', options: { baseUrl: null } }, /options.*baseUrl/],
  ['options, with a query', { type: 'gitlab', options: { baseUrl: `${op}/?a=1` } }, /options.*baseUrl/],
  [
    'options, with a slash too many',
    { ...github, options: { enterprise: { baseUrl: `${op}/` } } },
    /options.*slash/,
  ],
  [
    'options, of a type that takes the rest',
    { type: 'mattermost', issuer: op, options: { foo: 'bar' } },
    /foo/,
  ],
  ['issuer, with a slash too many', { type: 'mastodon', issuer: `${op}/base/` }, /issuer.*slash/],
  ['authorizationParams, of Baton itself', { ...oidc, authorizationParams: { state: 'x' } }, /state/],
  [
    'authorizationParams, a claims that is no object',
    { ...oidc, authorizationParams: { claims: 'x' } },
    /claims/,
  ],
  [
    'authorizationParams, a scope beside scope',
    { ...oidc, scope: 'openid', authorizationParams: { scope: 'openid x' } },
    /authorizationParams.*scope/,
  ],
  ['signOut, empty', { ...oidc, signOut: {} }, /signOut/],
  ['signOut, parameters without a place', { ...github, signOut: { parameters: { a: 'b' } } }, /signOut/],
  ['allow, an address as a claim', { ...oidc, allow: { claims: { email: ['a@example.org'] } } }, /emails/],
  ['checks, unknown', { ...oidc, checks: ['pkce', 'captcha'] }, /checks/],
  ['checks, of ID tokens at a type without', { ...oauth2, checks: ['nonce'] }, /checks/],
  ['userinfo, unknown', { ...oidc, userinfo: 'sometimes' }, /userinfo/],
  ['userinfo, not to be asked where all is from', { ...oauth2, userinfo: 'never' }, /userinfo/],
  [
    'privateKey, at another way to authenticate',
    { ...oidc, privateKey: 'a key', tokenEndpointAuthMethod: 'client_secret_post' },
    /privateKey/,
  ],
  ['privateKey, missing', { ...oidc, ...keyless, tokenEndpointAuthMethod: 'private_key_jwt' }, /privateKey/],
  ['privateKey, no key', { ...oidc, ...keyless, privateKey: 'no key' }, /privateKey/],
  ['clientSecret, beside a key', { ...oidc, privateKey: 'a key' }, /clientSecret/],
  ['clientSecret, at none', { ...oidc, tokenEndpointAuthMethod: 'none' }, /clientSecret/],
  [
    'clientSecret, missing',
    { ...oidc, ...keyless, tokenEndpointAuthMethod: 'client_secret_basic' },
    /clientSecret/,
  ],
  ['clientSecret, as Apple has it elsewhere', { ...oidc, clientSecret: appleKey }, /clientSecret/],
  ['clientSecret, with no key of Apple', { type: 'apple', clientSecret: appleKey }, /clientSecret/],
  [
    'tokenEndpointAuthMethod, unknown',
    { ...oidc, tokenEndpointAuthMethod: 'client_secret' },
    /tokenEndpointAuthMethod/,
  ],
  ['allow, empty', { ...oidc, allow: {} }, /allow/],
  ['allow, misspelt', { ...oidc, allow: { emailDomain: ['example.org'] } }, /allow.*emailDomain/],
  [
    'allow.emailDomains, where no address is ever verified',
    { ...entra, allow: { emailDomains: ['example.org'] } },
    /allow.*emailDomains.*\btid\b/,
  ],
  [
    'allow.emailDomains, at a user API that does not tell',
    { type: 'gitlab', allow: { emailDomains: ['example.org'] } },
    /allow.*emailDomains.*claim/,
  ],
]

const test = base
  /** The faults that one start names, all at once. */
  .extend('faults', perFile, async ({ closing }) => {
    const folder = await mkdtemp(join(tmpdir(), 'baton-settings-'))
    closing({ close: () => rm(folder, { recursive: true, force: true }) })
    const path = join(folder, 'baton.config.json')
    const providers = faulty.map(([, entry], index) => entryOf(`p${index}`, entry))
    await writeFile(path, JSON.stringify({ providers }))
    const { exitCode, output } = await refusedStart({
      BATON_URL: 'http://localhost:3000',
      AUTH_SECRET: authSecret,
      BATON_CONFIG: path,
    })
    expect(exitCode).toBe(1)
    return output.split('\n')
  })

function entryOf(id: string, entry: object) {
  return { id, clientId: 'baton', clientSecret: 'secret of baton', ...entry }
}

test.for(faulty.map(([name, , named], index) => [name, named, index] as const))(
  'Baton does not start with a setting that its type cannot use: %s',
  ([, named, index], { faults }) => {
    const own = faults.filter((line) => line.includes(`providers[${index}]`))
    expect(own.join('\n')).toMatch(named)
    expect(own.join('\n')).not.toMatch(/\]: Unrecognized key/)
  },
)

test.for([
  ['a browser address on another host', { ...oidc, endpoints: { authorization: 'https://b.example/a' } }],
  ['an issuer on another host than its endpoints', { ...oauth2, issuer: 'https://iss.example' }],
  ['revocation at a type that has none', { ...github, endpoints: { revocation: `${op}/revoke` } }],
  ['an option in other letters', { type: 'gitlab', options: { baseUrl: 'https://GIT.example.org:443' } }],
  ['a path in an option', { type: 'gitlab', options: { baseUrl: 'https://git.example.org/lab/' } }],
  ['options of the type', { ...github, options: { enterprise: { baseUrl: 'https://git.example.org' } } }],
  ['endpoints beside metadata', { ...oidc, endpoints: { endSession: `${op}/logout?from=baton` } }],
  ['the domains of verified addresses', { type: 'google', allow: { emailDomains: ['example.org'] } }],
  ['verified addresses of GitHub', { ...github, allow: { emails: ['ana@example.org'] } }],
  ['claims, where no address is verified', { ...entra, allow: { claims: { tid: ['a', 'b'] } } }],
  ['plain http where it is allowed', { ...oidc, issuer: 'http://op.internal', plainHttp: true }],
  ['plain http on a loopback address', { ...oidc, serverOrigin: 'http://127.0.0.1:8080' }],
  ['a secret of Apple that the operator made', { type: 'apple' }],
] as const)('Baton starts with a setting that its type can use: %s', async ([, entry]) => {
  expect(await faultsOf({ file: { providers: [entryOf('p', entry)] } })).toEqual([])
})
