import { afterAll, beforeAll, expect, test } from 'vitest'
import { createWebApplication } from '../../../demo/web-application/create-web-application.ts'
import { freePort } from '../../support/free-port.ts'
import { listen } from '../../support/partners.ts'
import type { Person } from '../../support/person.ts'
import { follow, pressContinue } from '../../support/relying-party.ts'
import { requestNonce } from '../../support/request-nonce.ts'
import { signInAsPhone } from '../../support/sign-in-as-phone.ts'
import { type Stage, startStage } from '../../support/stage.ts'

let stage: Stage
let webUrl: string
let web: Awaited<ReturnType<typeof listen>>

beforeAll(async () => {
  const port = await freePort()
  webUrl = `http://127.0.0.1:${port}`
  stage = await startStage({
    config: (partners) =>
      partners.config({
        backends: [partners.backendOfBoth],
        clients: [
          {
            client_id: 'demo-web',
            client_name: 'Demo web application',
            client_secret: 'demo-web-secret',
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
  })
  web = await listen(createWebApplication({ batonUrl: stage.baton.url, webUrl }), port)
})

afterAll(async () => {
  await stage?.close()
  await web?.close()
})

const phone = () =>
  signInAsPhone({ identityProviderUrl: stage.partners.issuer, user: 'demo', password: 'demo' })

/** Opens the address of a hand-off, and presses Continue. */
async function open(browser: Person, address: string) {
  const asked = await follow(browser, address)
  return pressContinue(browser, asked.url, asked.page?.html ?? '')
}

const me = async (browser: Person) => {
  const answer = await browser.request(`${webUrl}/me`)
  return answer.status === 200 ? answer.json() : answer.status
}

test('whoever is signed in on the phone is signed in at the web application, which never saw them', async () => {
  const { idToken } = await phone()
  const { handoff_uri } = await requestNonce({ batonUrl: stage.baton.url, idToken, target: 'demo-web' })
  expect(handoff_uri.startsWith(`${webUrl}/?`)).toBe(true)
  const browser = stage.newcomer()
  expect(await me(browser)).toBe(401)
  const end = await open(browser, handoff_uri)
  expect(end.url.href).toBe(`${webUrl}/`)
  expect(end.page?.html).toContain('Demo User')
  expect(await me(browser)).toMatchObject({
    acr: 'urn:baton:authentication:nonce',
    amr: ['pwd'],
    auth_time: expect.any(Number),
    sub: (await (await stage.signedIn()).session())?.user.id,
  })
  const again = await follow(stage.newcomer(), handoff_uri)
  expect(again.page?.html).toContain('does not work any more')
})

test('without a nonce it is an ordinary sign-in, silent where the person is signed in at Baton', async () => {
  const browser = await stage.signedIn('bob')
  const end = await follow(browser, `${webUrl}/sign-in`, {
    method: 'POST',
    headers: { 'sec-fetch-site': 'same-origin', origin: webUrl },
  })
  expect(end.page?.html).toContain('Bob Builder')
  expect(await me(browser)).toMatchObject({ sub: (await browser.session())?.user.id })
})

test('signing out at the source ends the session at the web application', async () => {
  const source = await stage.signedIn()
  const { handoff_uri } = await source.askForNonce({ target: 'demo-web' })
  const browser = stage.newcomer()
  await open(browser, handoff_uri)
  expect(await me(browser)).toMatchObject({ acr: 'urn:baton:authentication:nonce' })
  await source.signOut()
  await expect.poll(() => me(browser)).toBe(401)
})

test('a session that came from the phone calls the backend, by a token of Baton', async () => {
  const { idToken } = await phone()
  const { nonce } = await requestNonce({ batonUrl: stage.baton.url, idToken })
  const browser = stage.newcomer()
  expect((await browser.redeem(nonce)).status).toBe(303)
  const answer = await browser.ownPage('/api/backends/demo/api/authenticated/greeting')
  expect(await answer.json()).toEqual({ greeting: 'Hello, Demo User!' })
})
