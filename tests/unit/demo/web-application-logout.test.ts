import { decodeJwt, type JWTHeaderParameters, type JWTPayload, UnsecuredJWT } from 'jose'
import { expect } from 'vitest'
import { test as base } from '../../support/test-web-application.ts'

const EVENTS = { 'http://schemas.openid.net/event/backchannel-logout': {} }

const test = base
  .extend('signedIn', ({ handedOver, provider }) => async () => {
    const { me } = await handedOver()
    const idToken = provider.idTokens.at(-1) ?? ''
    return {
      idToken,
      sid: String(decodeJwt(idToken).sid),
      isSignedIn: async () => (await me()).status === 200,
    }
  })
  .extend('logoutClaims', ({ provider }) => (changed: JWTPayload): JWTPayload => {
    const now = Math.floor(Date.now() / 1000)
    const usual = {
      iss: provider.issuer,
      aud: 'demo-web',
      iat: now,
      exp: now + 60,
      jti: 'j',
      events: EVENTS,
    }
    return { ...usual, ...changed }
  })
  .extend('post', ({ webUrl }) => async (form: Record<string, string>): Promise<number> => {
    const body = new URLSearchParams(form)
    return (await fetch(`${webUrl}/backchannel-logout`, { method: 'POST', body })).status
  })
  .extend(
    'logOut',
    ({ post, provider, logoutClaims }) =>
      async (claims: JWTPayload, header?: Partial<JWTHeaderParameters>) =>
        post({ logout_token: await provider.sign(logoutClaims(claims), header) }),
  )

test('a logout token ends the sessions with its sid, and no other', async ({ signedIn, logOut }) => {
  const [one, other] = [await signedIn(), await signedIn()]
  expect(await logOut({ sid: one.sid, sub: 'demo' }, { typ: 'logout+jwt' })).toBe(200)
  expect([await one.isSignedIn(), await other.isSignedIn()]).toEqual([false, true])
})

test('a logout token with a sub alone ends every session of that person', async ({ signedIn, logOut }) => {
  const [one, other] = [await signedIn(), await signedIn()]
  expect(await logOut({ sub: 'somebody-else' })).toBe(200)
  expect([await one.isSignedIn(), await other.isSignedIn()]).toEqual([true, true])
  expect(await logOut({ sub: 'demo' })).toBe(200)
  expect([await one.isSignedIn(), await other.isSignedIn()]).toEqual([false, false])
})

test('a logout token that is bad in any way ends nothing', async ({
  signedIn,
  logoutClaims,
  logOut,
  post,
}) => {
  const { sid, idToken, isSignedIn } = await signedIn()
  const past = Math.floor(Date.now() / 1000) - 600
  const unsigned = new UnsecuredJWT(logoutClaims({ sid })).encode()
  const statuses = [
    await logOut({ sid, iss: 'http://127.0.0.1:1/oidc' }),
    await logOut({ sid, aud: 'another-client' }),
    await logOut({ sid, iat: undefined }),
    await logOut({ sid, iat: past, exp: past + 60 }),
    await logOut({ sid, events: undefined }),
    await logOut({ sid, events: { 'https://example.com/event': {} } }),
    await logOut({ sid, nonce: 'n' }),
    await logOut({ sid }, { typ: 'at+jwt' }),
    await logOut({}),
    await post({ logout_token: idToken }),
    await post({ logout_token: unsigned }),
    await post({}),
  ]
  expect(statuses).toEqual(statuses.map(() => 400))
  expect(await isSignedIn()).toBe(true)
})
