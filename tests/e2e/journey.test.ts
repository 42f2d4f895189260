import { expect, test } from '../support/browser-test.ts'
import { approve, askForNonce, sessionOf, showCode, signIn } from '../support/journey.ts'

test('a person signs in, calls the backend, and takes the session to another browser', async ({
  source,
  page: target,
  url,
}) => {
  await source.getByRole('button', { name: 'Call the backend' }).click()
  await source.getByText('{"greeting":"Hello, Demo User!"}').waitFor()

  const link = await showCode(source)
  await source.getByRole('img', { name: 'QR code of the hand-off link' }).waitFor()

  await target.goto(link)
  await target.getByRole('heading', { name: 'Continue as Demo User?' }).waitFor()
  await target.getByText(/Asked for .* in \w+ on \w+, in the same network as this browser/).waitFor()
  await target.getByRole('button', { name: 'Continue' }).click()
  await target.getByRole('heading', { name: 'Say yes on your other device' }).waitFor()
  expect(await sessionOf(target, url)).toBeNull()
  const number = await approve(source, target)
  await source.getByText('You said yes. The other browser goes on by itself.').waitFor()
  await target.getByRole('heading', { name: 'You are signed in' }).waitFor()
  expect(number).toMatch(/^\d\d$/)
  expect(target.url()).toBe(`${url}/`)
  await target.getByRole('button', { name: 'Call the backend' }).click()
  await target.getByText('{"greeting":"Hello, Demo User!"}').waitFor()

  await source.getByText('Done. The other browser is signed in as Demo User.').waitFor()
  const [from, at] = [await sessionOf(source, url), await sessionOf(target, url)]
  expect(at?.user).toEqual(from?.user)
  expect(at?.sid).not.toBe(from?.sid)
})

test('the nonce is gone from the address bar, from history and from what the page remembers', async ({
  source,
  page: target,
  url,
}) => {
  const link = await showCode(source)
  const nonce = new URL(link).searchParams.get('nonce') ?? ''

  await target.goto(`${url}/sign-in`)
  await target.goto(link)
  await target.waitForURL(`${url}/handoff`)
  await target.reload()
  await target.getByRole('heading', { name: 'Continue as Demo User?' }).waitFor()
  await target.getByRole('button', { name: 'Continue' }).click()
  await approve(source, target)
  await target.waitForURL(`${url}/`)

  const history = await target.context().newCDPSession(target)
  const { entries } = await history.send('Page.getNavigationHistory')
  expect(entries.length).toBeGreaterThanOrEqual(3)
  expect(entries.map((entry) => entry.url).join()).not.toContain(nonce)
  expect(
    await target.evaluate(() => document.referrer + JSON.stringify({ ...localStorage, ...sessionStorage })),
  ).not.toContain(nonce)
  // The way back leads on again: it is the browser that redeemed the nonce.
  await target.goBack()
  await target.getByRole('heading', { name: 'You are signed in' }).waitFor()
})

test('the source is told when the link was opened, before it is used', async ({
  source,
  page: target,
  url,
}) => {
  await target.goto(await showCode(source))
  await source.getByText('The link has been opened. If that was you, press Continue there.').waitFor()
  expect(await sessionOf(target, url)).toBeNull()
})

test('a browser without JavaScript is handed over to, too', async ({ source, newPage, url }) => {
  const target = await newPage({ javaScriptEnabled: false })
  await target.goto((await askForNonce(source, { redirect_to: '/sessions' })).handoff_uri)
  await target.getByRole('button', { name: 'Continue' }).click()
  await target.waitForURL(`${url}/sessions`)
  expect(await target.getByText('by a hand-off').count()).toBe(1)
})

test('sign-in and sign-out need no JavaScript', async ({ newPage, url }) => {
  const page = await newPage({ javaScriptEnabled: false })
  await signIn(page, url)
  await page.getByRole('button', { name: 'Sign out' }).click()
  await page.getByRole('heading', { name: 'You are signed out' }).waitFor()
  expect(await sessionOf(page, url)).toBeNull()
})

test('a link that was used says so plainly and leads to sign-in', async ({ source, newPage }) => {
  const { handoff_uri } = await askForNonce(source)
  for (const _ of [1, 2]) {
    const target = await newPage()
    await target.goto(handoff_uri)
    const button = target.getByRole('button', { name: 'Continue' })
    if (await button.isVisible()) await button.click()
    else await target.getByRole('link', { name: 'Sign in' }).click()
    await target.waitForURL((address) => ['/', '/sign-in'].includes(address.pathname))
  }
  expect(await source.getByRole('heading', { name: 'You are signed in' }).count()).toBe(1)
})
