import { readdirSync } from 'node:fs'
import { Auth, type AuthConfig, raw, skipCSRFCheck } from '@auth/core'
import { beforeEach, expect, test, vi } from 'vitest'
import { providerOf } from '#lib/config/provider-of.ts'
import { configOf, faultsOf } from '../../support/config.ts'
import { oauthTypes } from './oauth-types.ts'
import { oidcTypes } from './oidc-types.ts'
import type { TypeRow } from './type-row.ts'

const table = [...oidcTypes, ...oauthTypes]
const named = table.map((row) => [`${row.type} ${JSON.stringify(row.entry ?? {})}`, row] as const)
/** The parameter that shows a check. */
const sent = { pkce: 'code_challenge', nonce: 'nonce' }

/** What Auth.js ships besides: no OAuth, or no provider at all. */
const others = [
  ...['credentials', 'email', 'forwardemail', 'loops', 'mailgun', 'nodemailer', 'passkey', 'postmark'],
  ...['resend', 'sendgrid', 'webauthn', 'index', 'oauth', 'provider-types'],
]

/** The metadata documents that were asked for; any other request fails. */
const asked: string[] = []

beforeEach(() => {
  asked.length = 0
  vi.stubGlobal('fetch', async (...given: Parameters<typeof fetch>) => {
    const { url } = new Request(...given)
    asked.push(url)
    const issuer = table.find((row) => row.issuer && metadataOf(row.issuer) === url)?.issuer
    if (!issuer) throw new Error(`a test tried to fetch ${url}`)
    // Entra's own is a template.
    const told = issuer.replace('/common/', '/{tenantid}/')
    return Response.json({ issuer: told, authorization_endpoint: endpointOf(issuer) })
  })
  return () => vi.unstubAllGlobals()
})

test('the table has every type that Auth.js ships', () => {
  const shipped = readdirSync('node_modules/@auth/core/providers')
    .filter((file) => file.endsWith('.js'))
    .map((file) => file.slice(0, -'.js'.length))
  const known = new Set([...table.map(({ type }) => type), ...others])
  expect(shipped.filter((type) => !known.has(type))).toEqual([])
})

test.each(others)('%s is no provider where people sign in by OAuth', async (type) => {
  expect(await faultsOf({ file: { providers: [{ id: 'p', type, clientId: 'baton' }] } })).not.toEqual([])
})

test.each([...new Set(table.map(({ type }) => type))])(
  '%s asks for nothing undefined: what it needs besides a client, it says at the start',
  async (type) => {
    const provider = { id: 'p', type, clientId: 'baton', clientSecret: 'secret' }
    const faults = await faultsOf({ file: { providers: [provider] } })
    if (faults.length > 0) return
    const { url, parameters } = await requestOf({ type, checks: [] })
    expect([url, ...Object.values(parameters)].join(' ')).not.toContain('undefined')
  },
)

test.each(named)('%s asks where, and for what, its documents say', async (_, row) => {
  const { url, parameters } = await requestOf(row)
  expect(url).toBe(row.endpoint ?? endpointOf(row.issuer ?? ''))
  if (!row.endpoint) expect(asked).toEqual([metadataOf(row.issuer ?? '')])
  expect(parameters).toMatchObject({
    response_type: 'code',
    client_id: 'baton',
    redirect_uri: 'https://baton.example.org/api/auth/callback/p',
    scope: row.scope ?? 'openid profile email',
    state: expect.stringMatching(/^.{20,}$/),
    ...row.parameters,
  })
  for (const check of row.checks) expect(parameters).toHaveProperty(sent[check])
  for (const check of row.unchecked ?? []) expect(parameters).not.toHaveProperty(sent[check])
})

test.each(named)("%s takes the operator's scope and parameters, and keeps its own", async (_, row) => {
  const more = { scope: 'one two', authorizationParams: { prompt: 'login', audience: 'https://a.example' } }
  const { url, parameters } = await requestOf(row, more)
  expect(url).toBe(row.endpoint ?? endpointOf(row.issuer ?? ''))
  expect(parameters).toMatchObject({
    ...row.parameters,
    scope: more.scope,
    ...more.authorizationParams,
  })
})

test.each(named)('%s takes the checks that the operator wants, and state always', async (_, row) => {
  const { parameters } = await requestOf(row, { checks: ['pkce'] })
  expect(parameters).toHaveProperty('state')
  expect(parameters).toHaveProperty('code_challenge')
  expect(parameters).not.toHaveProperty('nonce')
})

/** The authorization request that Auth.js makes for a type. */
async function requestOf({ type, entry }: TypeRow, more: object = {}) {
  const provider = { id: 'p', type, clientId: 'baton', clientSecret: 'secret', ...entry, ...more }
  const file = { providers: [provider] }
  expect(await faultsOf({ file })).toEqual([])
  const { authjs } = providerOf('p', await configOf({ file })) ?? {}
  if (!authjs) throw new Error('the provider is configured')
  const request = new Request('https://baton.example.org/api/auth/signin/p', {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: 'callbackUrl=/',
  })
  const answer = (await Auth(request, {
    basePath: '/api/auth',
    providers: [authjs as AuthConfig['providers'][number]],
    secret: 'a secret of the tests that is long enough',
    trustHost: true,
    skipCSRFCheck,
    raw,
  })) as { redirect?: string }
  if (!answer.redirect) throw new Error('Auth.js finds a fault in this provider')
  const url = new URL(answer.redirect)
  return { url: url.origin + url.pathname, parameters: Object.fromEntries(url.searchParams) }
}

function metadataOf(issuer: string): string {
  return `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`
}

// As the metadata of no type has it: a path that only that document can tell.
function endpointOf(issuer: string): string {
  return `${issuer.replace(/\/$/, '')}/told-by-metadata`
}
