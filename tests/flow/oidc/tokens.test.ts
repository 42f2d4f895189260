import { decodeJwt, decodeProtectedHeader } from 'jose'
import { expect } from 'vitest'
import { follow, redirectUri } from '../../support/relying-party.ts'
import { errorOf, signInAt, test } from '../../support/test-oidc.ts'

test('a third-party application gets no token for a backend', async ({ stranger, partners, signedIn }) => {
  const { url } = await stranger.begin({ resource: partners.backendUrl })
  expect(errorOf((await follow(await signedIn(), url)).url)).toBe('invalid_target')
})

test('a token of a session that has ended is not active', async ({ signedIn, web, post }) => {
  const person = await signedIn()
  const { refresh_token = '' } = await signInAt(web, person)
  const active = async () =>
    ((await (await post('/introspect', { token: refresh_token })).json()) as { active: boolean }).active
  expect(await active()).toBe(true)
  await person.signOut()
  expect(await active()).toBe(false)
})

test('of 20 parallel exchanges of one code one gets tokens, and they live on', async ({
  web,
  signedIn,
  post,
  sql,
}) => {
  const { url, checks } = await web.begin()
  const end = await follow(await signedIn(), url)
  const exchange = {
    grant_type: 'authorization_code',
    code: end.url.searchParams.get('code') ?? '',
    redirect_uri: redirectUri,
    code_verifier: checks.pkceCodeVerifier,
  }
  const answers = await Promise.all(Array.from({ length: 20 }, () => post('/token', exchange)))
  const good = answers.filter(({ status }) => status === 200)
  expect(good).toHaveLength(1)
  for (const answer of answers.filter(({ status }) => status !== 200))
    expect(await answer.json()).toMatchObject({ error: 'invalid_grant' })
  const tokens = (await good[0]?.json()) as { access_token: string; refresh_token: string; id_token: string }
  await web.userinfo(tokens.access_token, decodeJwt(tokens.id_token).sub ?? '')

  await sql(
    `UPDATE oidc_records SET consumed_at = consumed_at - interval '11 s' WHERE consumed_at IS NOT NULL`,
  )
  expect((await post('/token', exchange)).status).toBe(400)
  await expect(web.refresh(tokens.refresh_token)).rejects.toMatchObject({ error: 'invalid_grant' })
})

test('of 20 parallel refreshes with one token one succeeds; a later reuse ends the grant', async ({
  web,
  signedIn,
  post,
  sql,
}) => {
  const tokens = await signInAt(web, await signedIn())
  const refresh = { grant_type: 'refresh_token', refresh_token: tokens.refresh_token ?? '' }
  const answers = await Promise.all(Array.from({ length: 20 }, () => post('/token', refresh)))
  const good = answers.filter(({ status }) => status === 200)
  expect(good).toHaveLength(1)
  const next = (await good[0]?.json()) as { refresh_token: string }
  const renewed = await web.refresh(next.refresh_token)

  await sql(
    `UPDATE oidc_records SET consumed_at = consumed_at - interval '11 s' WHERE consumed_at IS NOT NULL`,
  )
  expect((await post('/token', refresh)).status).toBe(400)
  await expect(web.refresh(renewed.refresh_token ?? '')).rejects.toMatchObject({
    error: 'invalid_grant',
  })
})

test('a token for a backend is a JWT that the backend takes', async ({ partners, signedIn, web, post }) => {
  const resource = partners.backendUrl
  const person = await signedIn()
  const { url, checks } = await web.begin({ resource })
  const end = await follow(person, url)
  const answer = await post('/token', {
    grant_type: 'authorization_code',
    code: end.url.searchParams.get('code') ?? '',
    redirect_uri: redirectUri,
    code_verifier: checks.pkceCodeVerifier,
    resource,
  })
  const { access_token } = (await answer.json()) as { access_token: string }
  expect(decodeProtectedHeader(access_token).typ).toBe('at+jwt')
  const session = await person.session()
  expect(decodeJwt(access_token)).toMatchObject({
    aud: resource,
    client_id: 'web',
    sub: session?.user.id,
    sid: session?.sid,
  })
  const greeting = await fetch(`${resource}/api/authenticated/greeting`, {
    headers: { authorization: `Bearer ${access_token}` },
  })
  expect(await greeting.json()).toEqual({ greeting: 'Hello, Demo User!' })
})

test('nothing that the provider stores is of use to a reader of the database', async ({
  signedIn,
  web,
  sql,
  baton,
}) => {
  const person = await signedIn()
  const tokens = await signInAt(web, person)
  const rows = JSON.stringify(
    await sql(
      'SELECT to_jsonb(t) AS row FROM oidc_records t UNION ALL SELECT to_jsonb(k) FROM signing_keys k',
    ),
  )
  const cookie = /baton\.oidc=([^;]+)/.exec(await person.cookies('/oidc/x'))?.[1] ?? ''
  expect(cookie).not.toBe('')
  for (const secret of [tokens.access_token, tokens.refresh_token ?? '', cookie]) {
    expect(rows).not.toContain(secret)
    expect(baton.log()).not.toContain(secret)
  }
  expect(rows).not.toContain('"d"')
})
