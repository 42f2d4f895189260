import { expect, test as onStage } from '../support/browser-test.ts'
import { textsBelow } from '../support/contrast.ts'
import { listen } from '../support/partners.ts'
import { registration, relyingParty } from '../support/relying-party.ts'

/** Where applications take answers that no test sends on. */
type Landing = { landing: { url: string } }

const test = onStage.extend<object, Landing>({
  landing: [
    async ({ playwright: _ }, use) => {
      const landing = await listen((_, response) => response.end('arrived'))
      await use(landing)
      await landing.close()
    },
    { scope: 'worker' },
  ],
  stageOptions: [
    ({ landing, webUrl }, use) =>
      use({
        config: (partners) =>
          partners.config({
            handoff: { nonceTtl: 120 },
            clients: [
              registration('demo-web', {
                client_secret: 'demo-web-secret',
                redirect_uris: [`${webUrl}/callback`],
                post_logout_redirect_uris: [`${webUrl}/`],
                initiate_login_uri: `${webUrl}/`,
              }),
              registration('silent', {
                redirect_uris: [`${landing.url}/callback`],
                initiate_login_uri: `${landing.url}/start`,
                handoff: { mayReceive: true, confirm: 'never' },
              }),
              registration('stranger', { first_party: false, redirect_uris: [`${landing.url}/callback`] }),
            ],
          }),
      }),
    { scope: 'worker' },
  ],
})

for (const colorScheme of ['light', 'dark'] as const)
  test(`a hand-off to an application, its question by keyboard, and back out again (${colorScheme})`, async ({
    newPage,
    stage,
    web,
  }) => {
    const source = await stage.signedIn()
    const { handoff_uri } = await source.askForNonce({ target: 'demo-web' })
    const page = await newPage({ colorScheme })
    await page.goto(handoff_uri)
    await page.getByRole('heading', { name: 'Continue as Demo User?' }).waitFor()
    await expect(page.getByText('Application demo-web').count()).resolves.toBe(1)
    expect((await textsBelow(page, 4.5)).low).toEqual([])
    await page.getByRole('button', { name: 'Continue' }).press('Enter')
    await page.waitForURL(`${web.url}/`)
    await expect(page.getByText('Demo User').count()).resolves.toBeGreaterThan(0)

    await page.getByRole('button', { name: 'Sign out' }).click()
    await page.getByRole('heading', { name: 'Sign out?' }).waitFor()
    expect((await textsBelow(page, 4.5)).low).toEqual([])
    await page.getByRole('button', { name: 'Sign out' }).click()
    await page.waitForURL(`${web.url}/`)
    expect((await page.request.get(`${web.url}/me`)).status()).toBe(401)
  })

test('where a client asks nobody, the page sends itself', async ({ page, stage, landing }) => {
  const { nonce } = await (await stage.signedIn()).askForNonce({ target: 'silent' })
  const { url } = await (await relyingParty(stage.baton.url, 'silent')).beginWithNonce(nonce)
  url.searchParams.set('redirect_uri', `${landing.url}/callback`)
  await page.goto(url.href)
  await page.waitForURL(`${landing.url}/callback**`)
  expect(new URL(page.url()).searchParams.has('code')).toBe(true)
})

test('an application of somebody else asks, and takes no for an answer', async ({ page, stage, landing }) => {
  const { host } = new URL(stage.baton.url)
  const cookies = (await (await stage.signedIn()).cookies()).split('; ').map((cookie) => cookie.split('='))
  await page
    .context()
    .addCookies(cookies.map(([name = '', value = '']) => ({ name, value, url: `http://${host}` })))
  const { url } = await (await relyingParty(stage.baton.url, 'stranger')).begin()
  url.searchParams.set('redirect_uri', `${landing.url}/callback`)
  await page.goto(url.href)
  await page.getByRole('heading', { name: 'Sign in to Application stranger?' }).waitFor()
  expect((await textsBelow(page, 4.5)).low).toEqual([])
  await page.getByRole('button', { name: 'Cancel' }).click()
  await page.waitForURL(`${landing.url}/callback**`)
  expect(new URL(page.url()).searchParams.get('error')).toBe('access_denied')
})
