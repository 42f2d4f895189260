import { decodeJwt } from 'jose'
import * as openid from 'openid-client'
import { expect } from 'vitest'
import { answerCode, openCode, tokenOn } from '../../support/another-device.ts'
import { httpCall } from '../../support/clients/http-call.ts'
import { expectError, here, test } from '../../support/test-devices.ts'

test('a library signs a device in, as RFC 8628 says, as a child of the session that approved', async ({
  baton,
  approver,
  sql,
}) => {
  const options = { execute: [openid.allowInsecureRequests] }
  const provider = await openid.discovery(
    new URL(`${baton.url}/oidc`),
    'tv',
    undefined,
    openid.None(),
    options,
  )
  expect(provider.serverMetadata().device_authorization_endpoint).toBe(
    `${baton.url}/oidc/device_authorization`,
  )
  const asked = await openid.initiateDeviceAuthorization(provider, { scope: 'openid profile' })
  expect(asked).toMatchObject({
    verification_uri: `${baton.url}/device`,
    verification_uri_complete: `${baton.url}/device?user_code=${asked.user_code}`,
    expires_in: 300,
    interval: 5,
    user_code: expect.stringMatching(/^[BCDFGHJKLMNPQRSTVWXZ]{4}-[BCDFGHJKLMNPQRSTVWXZ]{4}$/),
  })
  const page = await openCode(approver, asked.user_code)
  expect(page).toContain('Sign in to <bdi>The television</bdi>?')
  expect(page).toContain(asked.user_code)
  const answer = await answerCode(approver, { user_code: asked.user_code, approve: 'yes' })
  expect(await answer.text()).toContain('Go back to your other device')

  const tokens = await openid.pollDeviceAuthorizationGrant(provider, { ...asked, interval: 0 })
  const parent = await approver.session()
  expect(tokens.claims()).toMatchObject({ sub: parent?.user.id, name: 'Demo User' })
  const user = await openid.fetchUserInfo(provider, tokens.access_token, String(parent?.user.id))
  expect(user.name).toBe('Demo User')
  const children = await sql<{ id: string }>(
    `SELECT id FROM sessions WHERE parent_id = $1 AND kind = 'handoff' AND target = 'tv'`,
    [parent?.sid],
  )
  expect(children).toHaveLength(1)
  const listed = (await (await approver.ownPage('/api/sessions')).json()) as { sessions: object[] }
  expect(listed.sessions).toContainEqual(
    expect.objectContaining({ sid: children[0]?.id, target: 'tv', target_name: 'The television' }),
  )

  const next = await openid.refreshTokenGrant(provider, String(tokens.refresh_token))
  await approver.ownPage(`/api/sessions/${parent?.sid}`, { method: 'DELETE' })
  await expect(openid.refreshTokenGrant(provider, String(next.refresh_token))).rejects.toMatchObject({
    error: 'invalid_grant',
  })
  await expect(openid.fetchUserInfo(provider, next.access_token, openid.skipSubjectCheck)).rejects.toThrow()
})

test('polling is pending until then, and a device that is too fast is told to slow down', async ({
  tv,
  sql,
}) => {
  const { device_code } = await tv.ask()
  await expectError(await tv.poll(device_code), 400, 'authorization_pending')
  await expectError(await tv.poll(device_code), 400, 'slow_down')
  await expectError(await tv.poll(device_code), 400, 'slow_down')
  const wait = (seconds: number) =>
    sql(`UPDATE device_requests SET polled_at = polled_at - interval '${seconds} s'`)
  // Each time that it was too fast has added five seconds.
  await wait(13)
  await expectError(await tv.poll(device_code), 400, 'slow_down')
  await wait(21)
  await expectError(await tv.poll(device_code), 400, 'authorization_pending')
})

test('a no, an unknown code and one of another client get the errors of the standard', async ({
  tv,
  approver,
  sql,
}) => {
  const refused = await tv.ask()
  await answerCode(approver, { user_code: refused.user_code, approve: 'no' })
  await expectError(await tv.poll(refused.device_code), 400, 'access_denied')

  await expectError(await tv.poll('a-code-that-nobody-has'), 400, 'invalid_grant')
  const foreign = await tv.ask()
  await answerCode(approver, { user_code: foreign.user_code, approve: 'yes' })
  await expectError(await tv.poll(foreign.device_code, 'foreign-tv'), 400, 'invalid_grant')
  expect((await tv.poll(foreign.device_code)).status).toBe(200)

  const late = await tv.ask()
  await sql(`UPDATE device_requests SET expires_at = now() WHERE answer IS NULL`)
  const page = await approver.request(`/device?user_code=${late.user_code}`)
  expect(page.status).toBe(404)
})

test('a scope that nobody knows is not granted', async ({ tv, approver }) => {
  const { user_code, device_code } = await tv.ask({ scope: 'openid profile everything' })
  await answerCode(approver, { user_code, approve: 'yes' })
  expect((await (await tv.poll(device_code)).json()).scope).toBe('openid profile')
})

test('a session that ends between approval and poll gives no tokens', async ({ tv, signedIn }) => {
  const person = await signedIn('demo', here)
  const { user_code, device_code } = await tv.ask()
  await answerCode(person, { user_code, approve: 'yes' })
  await person.signOut()
  await expectError(await tv.poll(device_code), 400, 'invalid_grant')
})

test('a device that asks for a newer sign-in gets nothing before there is one', async ({
  tv,
  signedIn,
  sql,
}) => {
  const person = await signedIn('demo', here)
  const { user_code, device_code } = await tv.ask({ max_age: '60' })
  const sid = (await person.session())?.sid
  await sql(`UPDATE sessions SET auth_time = now() - interval '2 minutes' WHERE id = $1`, [sid])
  expect((await answerCode(person, { user_code, approve: 'yes' })).status).toBe(403)
  await expectError(await tv.poll(device_code), 400, 'authorization_pending')
  expect(await sql(`SELECT FROM sessions WHERE parent_id = $1`, [sid])).toEqual([])
  await person.signIn()
  expect((await answerCode(person, { user_code, approve: 'yes' })).status).toBe(200)
})

test('a code is worth one set of tokens, however often and wherever it is sent at once', async ({
  tv,
  approver,
  another,
  baton,
  host,
}) => {
  const { user_code, device_code } = await tv.ask()
  await answerCode(approver, { user_code, approve: 'yes' })
  const form = { grant_type: 'urn:ietf:params:oauth:grant-type:device_code', device_code, client_id: 'tv' }
  const headers = { host, 'content-type': 'application/x-www-form-urlencoded' }
  const options = { method: 'POST', headers, body: String(new URLSearchParams(form)) }
  const answers = await Promise.all(
    Array.from({ length: 20 }, (_, index) =>
      httpCall((index % 2 === 0 ? baton : another).address, '/oidc/token', options),
    ),
  )
  expect(answers.filter(({ status }) => status === 200)).toHaveLength(1)
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200, 400]))
})

test('of several answers at once one counts, and nothing is half done', async ({ tv, approver, sql }) => {
  const { user_code, device_code } = await tv.ask()
  const csrf_token = tokenOn(await openCode(approver, user_code))
  const answer = (approve: string) =>
    approver.ownPage('/device', {
      method: 'POST',
      body: new URLSearchParams({ user_code, csrf_token, approve }),
    })
  const answers = await Promise.all(['yes', 'no', 'yes', 'no'].map(answer))
  expect(answers.filter(({ status }) => status === 200)).toHaveLength(1)
  const state = (await tv.poll(device_code)).status
  const parent = (await approver.session())?.sid
  const children = await sql(`SELECT FROM sessions WHERE parent_id = $1`, [parent])
  expect(children).toHaveLength(state === 200 ? 1 : 0)
})

test('a device of somebody else is named with what it wants to know', async ({ tv, approver }) => {
  const { user_code } = await tv.ask({ client_id: 'foreign-tv', scope: 'openid profile email' })
  const page = await openCode(approver, user_code)
  expect(page).toContain('A television of others')
  for (const asked of ['who you are here', 'your name and picture', 'your e-mail address'])
    expect(page).toContain(`<li>${asked}</li>`)
})

test('tokens for a backend belong to the session too', async ({ tv, approver, partners }) => {
  const { user_code, device_code } = await tv.ask({ resource: partners.backendUrl })
  await answerCode(approver, { user_code, approve: 'yes' })
  const form = { grant_type: 'urn:ietf:params:oauth:grant-type:device_code', device_code, client_id: 'tv' }
  const answer = await tv.post('/token', { ...form, resource: partners.backendUrl })
  const { access_token } = (await answer.json()) as { access_token: string }
  const claims = decodeJwt(access_token)
  expect(claims).toMatchObject({ aud: partners.backendUrl, client_id: 'tv' })
  expect(claims.sid).toBeTypeOf('string')
})

test('clients without that grant and clients that are unknown ask in vain', async ({ tv, baton }) => {
  await expectError(await tv.post('/device_authorization', { client_id: 'app' }), 400, 'unauthorized_client')
  await expectError(await tv.post('/device_authorization', { client_id: 'nobody' }), 401, 'invalid_client')
  const get = await fetch(`${baton.url}/oidc/device_authorization`)
  expect([get.status, get.headers.get('allow')]).toEqual([405, expect.stringContaining('POST')])
})

test('parameters that are too long are refused, and leave nothing', async ({ tv, sql }) => {
  const before = await sql(`SELECT FROM oidc_records WHERE model = 'DeviceCode'`)
  const long = { client_id: 'tv', scope: 'openid', ui_locales: 'en '.repeat(1_400) }
  await expectError(await tv.post('/device_authorization', long), 400, 'invalid_request')
  expect(await sql(`SELECT FROM oidc_records WHERE model = 'DeviceCode'`)).toHaveLength(before.length)
})

test('the library’s own pages are not there', async ({ approver }) => {
  for (const path of ['/oidc/device', '/oidc/device/abc', '/oidc/device?user_code=BCDF-GHJK'])
    expect((await approver.request(path)).status).toBe(404)
  const body = new URLSearchParams({ user_code: 'BCDF-GHJK', confirm: 'yes' })
  expect((await approver.ownPage('/oidc/device', { method: 'POST', body })).status).toBe(404)
})

test('what is at rest is hashed or sealed', async ({ tv, sql }) => {
  const { user_code, device_code } = await tv.ask()
  const rows = await sql<Record<string, unknown>>(`SELECT * FROM device_requests`)
  const records = await sql<Record<string, unknown>>(`SELECT * FROM oidc_records WHERE model = 'DeviceCode'`)
  const text = JSON.stringify([...rows, ...records].map((row) => Object.values(row).map(String)))
  for (const secret of [user_code, user_code.replace('-', ''), device_code])
    expect(text).not.toContain(secret)
})

test('addresses are told to the person, never by the device', async ({ baton, approver }) => {
  const body = new URLSearchParams({ client_id: 'tv', scope: 'openid' })
  const answer = await fetch(`${baton.url}/oidc/device_authorization`, {
    method: 'POST',
    headers: here,
    body,
  })
  const { user_code } = (await answer.json()) as { user_code: string }
  expect(await openCode(approver, user_code)).toContain('203.0.113.7 (this network)')
})
