import { expect } from 'vitest'
import { httpCall } from '../../support/clients/http-call.ts'
import { appOrigin, webViewOrigin } from '../../support/full-config.ts'
import { test, webAuthorization } from '../../support/test-oidc.ts'

test('a request whose length is not known is read, and one that is too long is not', async ({ baton }) => {
  const send = (body: string) =>
    httpCall(baton.address, '/oidc/token', {
      method: 'POST',
      headers: {
        host: new URL(baton.url).host,
        authorization: webAuthorization,
        'content-type': 'application/x-www-form-urlencoded',
        'transfer-encoding': 'chunked',
      },
      body,
    })
  const good = await send('grant_type=refresh_token&refresh_token=x')
  expect([good.status, good.json().error]).toEqual([400, 'invalid_grant'])
  expect(
    (await send(`grant_type=refresh_token&refresh_token=${'x'.repeat(100_000)}`)).status,
  ).toBeGreaterThanOrEqual(400)
})

test('pages of an application may call from its own origins and from no other', async ({ post }) => {
  const cors = async (origin: string) =>
    (await post('/token', { grant_type: 'refresh_token', refresh_token: 'x' }, { origin })).headers.get(
      'access-control-allow-origin',
    )
  for (const origin of [appOrigin, webViewOrigin]) expect(await cors(origin)).toBe(origin)
  for (const origin of ['https://evil.example', 'capacitor://evil', 'ionic://localhost', 'null'])
    expect(await cors(origin)).toBeNull()
})

test.for([appOrigin, webViewOrigin])(
  'pages of %s may ask for a nonce by an ID token, and ride on no cookie',
  async (own, { baton, signedIn }) => {
    const ask = (origin: string, init: RequestInit = {}) =>
      fetch(`${baton.url}/api/nonce`, { method: 'POST', ...init, headers: { origin, ...init.headers } })
    const foreign = 'https://evil.example'
    const preflight = { method: 'OPTIONS', headers: { 'access-control-request-method': 'POST' } }
    const allowed = await ask(own, preflight)
    expect([allowed.status, allowed.headers.get('access-control-allow-methods')]).toEqual([204, 'POST'])
    expect((await ask(foreign, preflight)).headers.get('access-control-allow-origin')).toBeNull()

    const answer = await ask(own, { body: new URLSearchParams({ token: 'x' }) })
    expect(answer.headers.get('access-control-allow-origin')).toBe(own)
    expect(answer.headers.get('access-control-allow-credentials')).toBeNull()
    expect(await answer.json()).toMatchObject({ error: 'invalid_grant' })
    const cookie = await (await signedIn()).cookies()
    const riding = await ask(own, { headers: { cookie, 'sec-fetch-site': 'cross-site' } })
    expect([riding.status, (await riding.json()).error]).toEqual([403, 'csrf'])
  },
)

test.for(['/interaction/a.b', `/interaction/${'a'.repeat(65)}`])(
  '%s is no step of a sign-in, and no form is read there',
  async (path, { baton, host }) => {
    const headers = {
      host,
      'transfer-encoding': 'chunked',
      'content-type': 'application/x-www-form-urlencoded',
    }
    const answer = await httpCall(baton.address, path, { method: 'POST', headers, body: 'csrf_token=x' })
    expect([answer.status, answer.text]).toEqual([410, expect.stringContaining('does not work any more')])
  },
)
