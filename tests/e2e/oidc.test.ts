import { expect, test } from '../support/browser-test.ts'
import { textsBelow } from '../support/contrast.ts'
import { expectGoodLooks } from '../support/looks.ts'
import { relyingParty } from '../support/relying-party.ts'

for (const colorScheme of ['light', 'dark'] as const)
  test(`a hand-off to an application, its question by keyboard, and back out again (${colorScheme})`, async ({
    newPage,
    stage,
  }) => {
    const { web } = stage
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

for (const javaScriptEnabled of [true, false])
  test(`a person who comes from an application is told where the sign-in leads (${
    javaScriptEnabled ? 'with' : 'without'
  } JavaScript)`, async ({ newPage, stage }) => {
    const { url } = await (await relyingParty(stage.baton.url, 'silent')).begin()
    url.searchParams.set('redirect_uri', `${stage.landing.url}/callback`)
    const page = await newPage({ javaScriptEnabled })
    await page.goto(url.href)
    await page.getByRole('heading', { name: 'Sign in', level: 1 }).waitFor()
    await page.getByText('to continue to Application silent').waitFor()
    await expectGoodLooks(page, 'the sign-in page of an application')
    await page.getByRole('button', { name: 'Continue with Demo identity provider' }).click()
    await page.getByLabel('Login').fill('demo')
    await page.getByLabel('Password').fill('demo')
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.waitForURL(`${stage.landing.url}/callback**`)
    expect(new URL(page.url()).searchParams.has('code')).toBe(true)
  })

test('where a client asks nobody, the page sends itself', async ({ page, stage }) => {
  const { nonce } = await (await stage.signedIn()).askForNonce({ target: 'silent' })
  const { url } = await (await relyingParty(stage.baton.url, 'silent')).beginWithNonce(nonce)
  url.searchParams.set('redirect_uri', `${stage.landing.url}/callback`)
  await page.goto(url.href)
  await page.waitForURL(`${stage.landing.url}/callback**`)
  expect(new URL(page.url()).searchParams.has('code')).toBe(true)
})

test('an application of somebody else asks, and takes no for an answer', async ({ source: page, stage }) => {
  const { url } = await (await relyingParty(stage.baton.url, 'stranger')).begin()
  url.searchParams.set('redirect_uri', `${stage.landing.url}/callback`)
  await page.goto(url.href)
  await page.getByRole('heading', { name: 'Sign in to Application stranger?' }).waitFor()
  expect((await textsBelow(page, 4.5)).low).toEqual([])
  await page.getByRole('button', { name: 'Cancel' }).click()
  await page.waitForURL(`${stage.landing.url}/callback**`)
  expect(new URL(page.url()).searchParams.get('error')).toBe('access_denied')
})
