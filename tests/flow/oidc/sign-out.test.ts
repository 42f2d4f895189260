import { decodeJwt } from 'jose'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { errorOf, type OidcStage, signInAt, startOidcStage } from '../../support/oidc-stage.ts'
import { follow, pressContinue, redirectUri } from '../../support/relying-party.ts'

let stage: OidcStage

beforeAll(async () => {
  stage = await startOidcStage()
})

afterAll(() => stage?.close())

test('signing out at Baton tells applications, by a logout token for their own session', async () => {
  const person = await stage.signedIn()
  const { sid, sub } = decodeJwt((await signInAt(stage.heard, person)).id_token ?? '')
  stage.logouts.length = 0
  await person.signOut()
  await expect.poll(() => stage.logouts.length).toBe(1)
  const claims = decodeJwt(stage.logouts[0] ?? '')
  expect(claims).toMatchObject({ iss: `${stage.baton.url}/oidc`, aud: 'heard', sid, sub })
  expect(claims.events).toHaveProperty(['http://schemas.openid.net/event/backchannel-logout'])
})

test('an application that a nonce-made session did not answer hears nothing of its end', async () => {
  const [source, browser] = [await stage.signedIn(), stage.newcomer()]
  const { nonce } = await source.askForNonce({ target: 'web' })
  const { url, checks } = await stage.web.beginWithNonce(nonce)
  const page = await follow(browser, url)
  const end = await pressContinue(browser, page.url, page.page?.html ?? '')
  const { refresh_token = '' } = await stage.web.finish(end.url, checks)
  expect(errorOf((await follow(browser, (await stage.heard.begin({ prompt: 'none' })).url)).url)).toBe(
    'login_required',
  )
  await signInAt(stage.heard, source)
  stage.logouts.length = 0
  await source.signOut()
  await expect.poll(() => stage.logouts.length).toBe(1)
  await expect(stage.web.refresh(refresh_token)).rejects.toMatchObject({ error: 'invalid_grant' })
  expect(stage.logouts).toHaveLength(1)
})

test('an application can sign its person out of everything, who is asked first', async () => {
  const person = await stage.signedIn()
  await signInAt(stage.heard, person)
  const { id_token = '', refresh_token = '' } = await signInAt(stage.web, person)
  stage.logouts.length = 0
  const search = new URLSearchParams({
    id_token_hint: id_token,
    post_logout_redirect_uri: redirectUri,
    state: 'here',
  })
  const page = await follow(person, `${stage.baton.url}/oidc/logout?${search}`)
  expect(page.page?.html).toContain('Sign out?')
  expect(await person.session()).not.toBeNull()
  const end = await pressContinue(person, page.url, page.page?.html ?? '', { logout: 'yes' })
  expect(end.url.href).toBe(`${redirectUri}?state=here`)
  expect(stage.logouts).toHaveLength(1)
  await expect.poll(() => person.session()).toBeNull()
  await expect(stage.web.refresh(refresh_token)).rejects.toMatchObject({ error: 'invalid_grant' })
})
