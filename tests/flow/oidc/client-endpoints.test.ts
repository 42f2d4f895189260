import { expect } from 'vitest'
import { redirectUri } from '../../support/relying-party.ts'
import { test as base, basic } from '../../support/test-apps.ts'

const machines = ['token', 'introspect', 'revoke'] as const
const web = basic('web', 'the secret of web')

const test = base
  .extend(
    'ask',
    ({ baton }) =>
      (path: string, form: Record<string, string>, headers: Record<string, string> = {}) =>
        fetch(`${baton.url}/oidc/${path}`, { method: 'POST', headers, body: new URLSearchParams(form) }),
  )
  .extend(
    'call',
    ({ baton }) =>
      (path: string, method: string, headers: Record<string, string> = {}) =>
        fetch(`${baton.url}/oidc/${path}`, { method, headers, redirect: 'manual' }),
  )

test.for(machines)('errors of /oidc/%s are JSON, whatever `Accept` says', async (path, { ask }) => {
  for (const accept of [
    'text/html',
    'text/html,application/xhtml+xml,*/*;q=0.8',
    'application/jwt',
    'x/y',
    '*/*',
  ]) {
    const answer = await ask(
      path,
      { token: 'x', grant_type: 'x' },
      { accept, authorization: basic('web', 'wrong') },
    )
    expect([accept, answer.status, await answer.json()]).toMatchObject([
      accept,
      401,
      { error: 'invalid_client' },
    ])
  }
})

test('so are errors of /oidc/userinfo', async ({ call }) => {
  for (const method of ['GET', 'POST']) {
    const answer = await call('userinfo', method, { accept: 'text/html', authorization: 'Bearer x' })
    expect([answer.status, await answer.json()]).toMatchObject([401, { error: 'invalid_token' }])
    expect(answer.headers.get('cache-control')).toBe('no-store')
  }
})

test.for(machines)('no cache keeps an error of /oidc/%s, whoever is at fault', async (path, { ask }) => {
  const faults: [number, Record<string, string>, Record<string, string>][] = [
    [401, { token: 'x' }, {}],
    [401, { token: 'x' }, { authorization: basic('web', 'wrong') }],
    [400, {}, { authorization: web }],
  ]
  for (const [status, form, headers] of faults) {
    const answer = await ask(path, form, headers)
    expect([answer.status, answer.headers.get('cache-control')]).toEqual([status, 'no-store'])
  }
})

test.for(machines)(
  '/oidc/%s without credentials is `invalid_client`, with a challenge',
  async (path, { ask }) => {
    const answer = await ask(path, { token: 'x', grant_type: 'authorization_code' }, { accept: 'text/html' })
    expect([answer.status, await answer.json()]).toMatchObject([401, { error: 'invalid_client' }])
    expect(answer.headers.get('www-authenticate')).toMatch(/^Basic /)
  },
)

test('a grant that a client may not use is `unauthorized_client`, an unknown one is not supported', async ({
  ask,
}) => {
  const exchange = { grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange', subject_token: 'x' }
  for (const [form, error] of [
    [exchange, 'unauthorized_client'],
    [{ grant_type: 'password' }, 'unsupported_grant_type'],
    [{ grant_type: 'authorization_code', code: 'x', redirect_uri: redirectUri }, 'invalid_grant'],
  ] as const) {
    const answer = await ask('token', form, { authorization: web })
    expect([answer.status, await answer.json()]).toMatchObject([400, { error }])
  }
})

test('a revocation is answered by nothing, of no media type', async ({ ask }) => {
  const answer = await ask('revoke', { token: 'x' }, { authorization: web })
  expect([answer.status, await answer.text(), answer.headers.get('content-type')]).toEqual([200, '', null])
})

test.for([
  ['token', 'POST'],
  ['introspect', 'POST'],
  ['revoke', 'POST'],
  ['jwks', 'GET'],
  ['userinfo', 'GET'],
  ['.well-known/openid-configuration', 'GET'],
  ['authorize', 'GET'],
  ['logout', 'GET'],
  ['logout/confirm', 'POST'],
] as const)('/oidc/%s takes its own methods alone, %s among them', async ([path, own], { call }) => {
  for (const method of ['PUT', 'PATCH', 'DELETE', 'OPTIONS', own === 'POST' ? 'GET' : 'PUT']) {
    const answer = await call(path, method, { accept: 'text/html' })
    expect([method, answer.status, await answer.json()]).toMatchObject([
      method,
      405,
      { error: 'method_not_allowed' },
    ])
    expect(answer.headers.get('allow')?.split(', ')).toContain(own)
    expect(answer.headers.get('allow')?.split(', ')).not.toContain('PUT')
  }
  expect((await call(path, own)).status).not.toBe(405)
})

test('an address that the OpenID Provider does not have is 404 as JSON', async ({ call }) => {
  for (const path of ['nothing', 'token/x', 'me', 'TOKEN'])
    for (const method of ['GET', 'POST', 'PUT']) {
      const answer = await call(path, method, { accept: 'text/html' })
      expect([path, answer.status, await answer.json()]).toMatchObject([path, 404, { error: 'not_found' }])
    }
})
