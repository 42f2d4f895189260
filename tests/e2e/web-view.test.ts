import { createClient } from '@baton/client'
import type { Page } from 'playwright/test'
import { signIn } from '../../demo/phone/sign-in.ts'
import { expect, test as onStage } from '../support/browser-test.ts'
import { sessionOf } from '../support/journey.ts'

type Phone = {
  phone: ReturnType<typeof createClient>
  /** Opens a web view: its app can add headers to the first load, and to no other. */
  webView(headers: Record<string, string>): Promise<Page>
}

const test = onStage.extend<Phone>({
  phone: async ({ stage, url }, use) => {
    const phone = createClient({
      batonUrl: url,
      clientId: 'demo-phone',
      identityProvider: { issuer: stage.partners.issuer, clientId: 'demo-phone', scope: 'openid profile' },
    })
    await signIn(phone, { user: 'demo', password: 'demo' })
    await use(phone)
  },
  webView: ({ newPage }, use) =>
    use(async (headers) => {
      const page = await newPage()
      let isFirst = true
      await page.route('**', async (route) => {
        const more = isFirst ? headers : {}
        isFirst = false
        await route.continue({ headers: { ...route.request().headers(), ...more } })
      })
      return page
    }),
})

test('an app opens a web view that is signed in, with no press of any button', async ({
  phone,
  webView,
  url: baton,
}) => {
  const { url, headers, verifier = '' } = await phone.handOff(undefined, { redirectTo: '/sessions' })
  expect(url).not.toContain(verifier)
  const view = await webView(headers)
  await view.goto(url)
  await view.waitForURL(`${baton}/sessions`)
  await view.getByRole('heading', { name: 'This session' }).waitFor()
  expect((await sessionOf(view, baton))?.user.name).toBe('Demo User')
})

test('the same at another web application, on another site', async ({ phone, webView, stage: { web } }) => {
  const { url, headers } = await phone.handOff('demo-web')
  const view = await webView(headers)
  await view.goto(url)
  await view.waitForURL(`${web.url}/`)
  await view.getByText('Demo User').first().waitFor()
  const me = await (await view.request.get(`${web.url}/me`)).json()
  expect(me).toMatchObject({ acr: 'urn:baton:authentication:nonce' })
})

test('opened as a link, without the header, it asks for the code first', async ({ phone, page: browser }) => {
  const { url } = await phone.handOff('demo-web')
  await browser.goto(url)
  await browser.getByLabel('Code from your app').waitFor()
  await browser.getByText('You go on to Application demo-web.').waitFor()
})

test('with the verifier in the fragment the application’s own step asks, once', async ({
  phone,
  page: browser,
  stage: { web },
}) => {
  const { url } = await phone.handOff('demo-web', { binding: 'fragment' })
  await browser.goto(url)
  await browser.getByText('Continue only if you are Demo User').waitFor()
  await browser.getByRole('button', { name: 'Continue' }).click()
  await browser.waitForURL(`${web.url}/`)
  await browser.getByText('Demo User').first().waitFor()
})
