import { expect } from 'vitest'
import { createWebApplication } from '../../../demo/web-application/create-web-application.ts'
import { askForNonce } from '../../support/ask-for-nonce.ts'
import { freePort } from '../../support/free-port.ts'
import { listen } from '../../support/partners.ts'
import type { Person } from '../../support/person.ts'
import { follow, pressContinue } from '../../support/relying-party.ts'
import type { Setup } from '../../support/stage.ts'
import { test as base, perFile } from '../../support/test.ts'

const test = base
  .extend('webPort', perFile, () => freePort())
  .extend('setup', perFile, ({ webPort }): Setup => {
    const webUrl = `http://127.0.0.1:${webPort}`
    return {
      config: (partners) =>
        partners.config({
          backends: [partners.backendOfBoth],
          clients: [
            {
              client_id: 'demo-web',
              client_name: 'Demo web application',
              client_secret: 'demo-web-application-secret',
              redirect_uris: [`${webUrl}/callback`],
              post_logout_redirect_uris: [`${webUrl}/`],
              initiate_login_uri: `${webUrl}/`,
              backchannel_logout_uri: `${webUrl}/backchannel-logout`,
              backchannel_logout_session_required: true,
              handoff: { mayReceive: true },
            },
            { client_id: 'demo-phone', handoff: { mayRequest: true, targets: ['demo-web'] } },
          ],
        }),
    }
  })
  .extend('web', perFile, ({ closing, baton, webPort }) => {
    const webUrl = `http://127.0.0.1:${webPort}`
    return closing(listen(createWebApplication({ batonUrl: baton.url, webUrl }), webPort))
  })
  .extend('me', ({ web }) => async (browser: Person) => {
    const answer = await browser.request(`${web.url}/me`)
    return answer.status === 200 ? answer.json() : answer.status
  })

/** Opens the address of a hand-off, and presses Continue. */
async function open(browser: Person, address: string) {
  const asked = await follow(browser, address)
  return pressContinue(browser, asked.url, asked.page?.html ?? '')
}

test('a person who is signed in on the phone is signed in at the web application', async ({
  phoneTokens,
  baton,
  web,
  newcomer,
  me,
  signedIn,
}) => {
  const { idToken } = await phoneTokens()
  const { handoff_uri } = await askForNonce(baton.url, idToken, { target: 'demo-web' })
  expect(handoff_uri.startsWith(`${web.url}/?`)).toBe(true)
  const browser = newcomer()
  expect(await me(browser)).toBe(401)
  const end = await open(browser, handoff_uri)
  expect(end.url.href).toBe(`${web.url}/`)
  expect(end.page?.html).toContain('Demo User')
  expect(await me(browser)).toMatchObject({
    acr: 'urn:baton:authentication:nonce',
    amr: ['pwd'],
    auth_time: expect.any(Number),
    sub: (await (await signedIn()).session())?.user.id,
  })
  const again = await follow(newcomer(), handoff_uri)
  expect(again.page?.html).toContain('does not work any more')
})

test('without a nonce it is an ordinary sign-in, silent where the person is signed in at Baton', async ({
  signedIn,
  web,
  me,
}) => {
  const browser = await signedIn('bob')
  const end = await follow(browser, `${web.url}/sign-in`, {
    method: 'POST',
    headers: { 'sec-fetch-site': 'same-origin', origin: web.url },
  })
  expect(end.page?.html).toContain('Bob Builder')
  expect(await me(browser)).toMatchObject({ sub: (await browser.session())?.user.id })
})

test('signing out at the source ends the session at the web application', async ({
  signedIn,
  newcomer,
  me,
}) => {
  const source = await signedIn()
  const { handoff_uri } = await source.askForNonce({ target: 'demo-web' })
  const browser = newcomer()
  await open(browser, handoff_uri)
  expect(await me(browser)).toMatchObject({ acr: 'urn:baton:authentication:nonce' })
  await source.signOut()
  await expect.poll(() => me(browser)).toBe(401)
})

test('a session that came from the phone calls the backend, by a token of Baton', async ({
  phoneTokens,
  baton,
  newcomer,
}) => {
  const { idToken } = await phoneTokens()
  const { nonce } = await askForNonce(baton.url, idToken)
  const browser = newcomer()
  expect((await browser.redeem(nonce)).status).toBe(303)
  const answer = await browser.ownPage('/api/backends/demo/api/authenticated/greeting')
  expect(await answer.json()).toEqual({ greeting: 'Hello, Demo User!' })
})
