import { decodeJwt } from 'jose'
import { expect } from 'vitest'
import { follow, pressContinue, redirectUri } from '../../support/relying-party.ts'
import { errorOf, signInAt, test } from '../../support/test-oidc.ts'

test('signing out at Baton tells applications, by a logout token for their own session', async ({
  signedIn,
  heard,
  logouts,
  baton,
}) => {
  const person = await signedIn()
  const { sid, sub } = decodeJwt((await signInAt(heard, person)).id_token ?? '')
  logouts.length = 0
  await person.signOut()
  await expect.poll(() => logouts.length).toBe(1)
  const claims = decodeJwt(logouts[0] ?? '')
  expect(claims).toMatchObject({ iss: `${baton.url}/oidc`, aud: 'heard', sid, sub })
  expect(claims.events).toHaveProperty(['http://schemas.openid.net/event/backchannel-logout'])
})

test('an application that a nonce-made session did not answer hears nothing of its end', async ({
  signedIn,
  newcomer,
  web,
  heard,
  logouts,
}) => {
  const [source, browser] = [await signedIn(), newcomer()]
  const { nonce } = await source.askForNonce({ target: 'web' })
  const { url, checks } = await web.beginWithNonce(nonce)
  const page = await follow(browser, url)
  const end = await pressContinue(browser, page.url, page.page?.html ?? '')
  const { refresh_token = '' } = await web.finish(end.url, checks)
  expect(errorOf((await follow(browser, (await heard.begin({ prompt: 'none' })).url)).url)).toBe(
    'login_required',
  )
  await signInAt(heard, source)
  logouts.length = 0
  await source.signOut()
  await expect.poll(() => logouts.length).toBe(1)
  await expect(web.refresh(refresh_token)).rejects.toMatchObject({ error: 'invalid_grant' })
  expect(logouts).toHaveLength(1)
})

test('an application can sign its person out everywhere, after a question', async ({
  signedIn,
  heard,
  web,
  logouts,
  baton,
}) => {
  const person = await signedIn()
  await signInAt(heard, person)
  const { id_token = '', refresh_token = '' } = await signInAt(web, person)
  logouts.length = 0
  const search = new URLSearchParams({
    id_token_hint: id_token,
    post_logout_redirect_uri: redirectUri,
    state: 'here',
  })
  const page = await follow(person, `${baton.url}/oidc/logout?${search}`)
  expect(page.page?.html).toContain('Sign out?')
  expect(await person.session()).not.toBeNull()
  const end = await pressContinue(person, page.url, page.page?.html ?? '', { logout: 'yes' })
  expect(end.url.href).toBe(`${redirectUri}?state=here`)
  expect(logouts).toHaveLength(1)
  await expect.poll(() => person.session()).toBeNull()
  await expect(web.refresh(refresh_token)).rejects.toMatchObject({ error: 'invalid_grant' })
})
