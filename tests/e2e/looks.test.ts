import type { Page } from 'playwright/test'
import { askForNonce } from '../support/ask-for-nonce.ts'
import { expect, test as onStage } from '../support/browser-test.ts'
import { signInOverHttp } from '../support/journey.ts'
import { expectGoodLooks } from '../support/looks.ts'

type Look = (page: Page, name: string, check: (where: string) => Promise<void>) => Promise<void>

const test = onStage.extend<{ look: Look }>({
  // Takes one browser past every page, signed out and signed in.
  look: ({ stage, url }, use) =>
    use(async (page, name, check) => {
      const visit = async (path: string, heading: string) => {
        await page.goto(url + path)
        await page.getByRole('heading', { name: heading, level: 1 }).waitFor()
        await check(`${heading} (${path.split('?')[0]})`)
      }
      await visit('/', 'Baton')
      await visit('/sign-in', 'Sign in')
      await visit(`/sign-in?error=CannotStart&reference=${'f'.repeat(64)}`, 'Sign in')
      await visit('/sign-out', 'You are signed out')
      await visit(`/error?error=Configuration&reference=${'f'.repeat(64)}`, 'Tell your administrator')
      await visit('/error?error=NotAllowed', 'This account may not sign in here')
      await visit('/handoff?nonce=none', 'This link does not work any more')
      const ada = await stage.issuer.idToken(url, { sub: 'ada', name, email: 'ada@example.org' })
      await visit(`/handoff?nonce=${(await askForNonce(url, ada)).nonce}`, `Continue as ${name}?`)
      await page.getByRole('button', { name: 'Continue' }).click()
      await page.getByRole('heading', { name: 'You are signed in', level: 1 }).waitFor()
      await visit('/sessions', 'Your sessions')
      await visit('/activity', 'Activity')
      await visit('/sessions?end=all', 'End all of these?')
      await visit('/sign-out', 'Sign out?')
      await visit('/sign-in', 'Sign in')

      const { nonce } = await (await stage.signedIn('demo')).askForNonce()
      await visit(`/handoff?nonce=${nonce}`, 'Switch account?')
      await page.getByRole('button', { name: 'Continue as Demo User' }).click()
      await page.getByText('This session came from another browser or an app.').waitFor()
      await check('the home page of a hand-off')
      await signInOverHttp(page, url)
      await page.goto(url)
      await page.getByRole('button', { name: 'Show a code' }).click()
      const link = page.getByRole('textbox', { name: 'Hand-off link' })
      await link.waitFor()
      await page.getByRole('button', { name: 'Call the backend' }).click()
      await page.getByText('Hello, Demo User!').waitFor()
      await check('the home page with a code and an answer')
      const target = await page.context().newPage()
      await target.goto(await link.inputValue())
      await target.getByRole('button', { name: 'Continue' }).click()
      await target.getByRole('heading', { name: 'Say yes on your other device' }).waitFor()
      await expectGoodLooks(target, 'the page that waits for a yes')
      await page.getByRole('button', { name: /^Yes, it shows/ }).waitFor()
      await check('the question whether another browser may go on')
    }),
})

const longName = 'Llanfairpwllgwyngyllgogerychwyrndrobwllllantysiliogogogoch'.repeat(3)

for (const { colorScheme, name } of [
  { colorScheme: 'light', name: longName },
  { colorScheme: 'dark', name: 'Ada Lovelace' },
] as const)
  test(`in ${colorScheme} colours every page is readable, fits the screen and has large buttons`, async ({
    newPage,
    look,
  }) => {
    const page = await newPage({ colorScheme })
    await look(page, name, (where) => expectGoodLooks(page, where))
  })

test('the two colour schemes are two', async ({ newPage, url }) => {
  const grounds = []
  for (const colorScheme of ['light', 'dark'] as const) {
    const page = await newPage({ colorScheme })
    await page.goto(url)
    grounds.push(await page.evaluate(() => getComputedStyle(document.body).backgroundColor))
  }
  expect(grounds[0]).not.toBe(grounds[1])
})
