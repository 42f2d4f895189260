import { createClient } from '@baton/client'
import type { Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { signIn } from '../../demo/phone/sign-in.ts'
import { createWebApplication } from '../../demo/web-application/create-web-application.ts'
import { type BrowserStage, startBrowserStage } from '../support/browser-stage.ts'
import { freePort } from '../support/free-port.ts'
import { sessionOf } from '../support/journey.ts'
import { listen } from '../support/partners.ts'
import { registration } from '../support/relying-party.ts'

let stage: BrowserStage
let web: Awaited<ReturnType<typeof listen>>
let phone: ReturnType<typeof createClient>

beforeAll(async () => {
  const port = await freePort()
  const webUrl = `http://127.0.0.1:${port}`
  stage = await startBrowserStage({
    config: (partners) =>
      partners.config({
        clients: [
          registration('demo-web', {
            client_secret: 'demo-web-secret',
            redirect_uris: [`${webUrl}/callback`],
            initiate_login_uri: `${webUrl}/`,
          }),
          {
            client_id: 'demo-phone',
            token_endpoint_auth_method: 'none',
            redirect_uris: [],
            handoff: { mayRequest: true, targets: ['demo-web'] },
          },
        ],
      }),
  })
  const { url } = stage.baton
  web = await listen(createWebApplication({ batonUrl: url, webUrl }), port)
  phone = createClient({
    batonUrl: url,
    clientId: 'demo-phone',
    identityProvider: { issuer: stage.partners.issuer, clientId: 'demo-phone', scope: 'openid profile' },
  })
  await signIn(phone, { user: 'demo', password: 'demo' })
})

afterEach(() => stage.expectNoComplaints())
afterAll(async () => {
  await stage?.close()
  await web?.close()
})

/** A web view: its app can add headers to the first load, and to no other. */
async function webView(headers: Record<string, string>): Promise<Page> {
  const page = await stage.newPage()
  let isFirst = true
  await page.route('**', async (route) => {
    const more = isFirst ? headers : {}
    isFirst = false
    await route.continue({ headers: { ...route.request().headers(), ...more } })
  })
  return page
}

test('an app opens a web view that is signed in, with no press of any button', async () => {
  const { url, headers, verifier = '' } = await phone.handOff(undefined, { redirectTo: '/session' })
  expect(url).not.toContain(verifier)
  const view = await webView(headers)
  await view.goto(url)
  await view.waitForURL(`${stage.baton.url}/session`)
  await view.getByRole('heading', { name: 'This session' }).waitFor()
  expect((await sessionOf(view, stage.baton.url))?.user.name).toBe('Demo User')
})

test('the same at another web application, on another site', async () => {
  const { url, headers } = await phone.handOff('demo-web')
  const view = await webView(headers)
  await view.goto(url)
  await view.waitForURL(`${web.url}/`)
  await view.getByText('Demo User').first().waitFor()
  const me = await (await view.request.get(`${web.url}/me`)).json()
  expect(me).toMatchObject({ acr: 'urn:baton:authentication:nonce' })
})

test('opened as a link, without the header, it asks for the code first', async () => {
  const { url } = await phone.handOff('demo-web')
  const browser = await stage.newPage()
  await browser.goto(url)
  await browser.getByLabel('Code from your app').waitFor()
  await browser.getByText('You go on to Application demo-web.').waitFor()
})

test('with the verifier in the fragment the application’s own step asks, once', async () => {
  const { url } = await phone.handOff('demo-web', { binding: 'fragment' })
  const browser = await stage.newPage()
  await browser.goto(url)
  await browser.getByText('Continue only if you are Demo User').waitFor()
  await browser.getByRole('button', { name: 'Continue' }).click()
  await browser.waitForURL(`${web.url}/`)
  await browser.getByText('Demo User').first().waitFor()
})
