import type { Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { askForNonce } from '../support/ask-for-nonce.ts'
import { type BrowserStage, startBrowserStage } from '../support/browser-stage.ts'
import { textsBelow } from '../support/contrast.ts'
import type { Person } from '../support/person.ts'
import { startTrustedIssuer, type TrustedIssuer } from '../support/trusted-issuer.ts'

let issuer: TrustedIssuer
let stage: BrowserStage
let url: string
let source: Person

beforeAll(async () => {
  issuer = await startTrustedIssuer()
  stage = await startBrowserStage({
    config: (partners) => partners.config({ trustedIssuers: [issuer.trust], handoff: { nonceTtl: 120 } }),
  })
  url = stage.baton.url
  source = await stage.signedIn('demo')
})

afterEach(() => stage.expectNoComplaints())
afterAll(async () => {
  await stage?.close()
  await issuer?.close()
})

const longName = 'Llanfairpwllgwyngyllgogerychwyrndrobwllllantysiliogogogoch'.repeat(3)

test.each([
  { colorScheme: 'light', width: 320, name: longName },
  { colorScheme: 'dark', width: 1280, name: 'Ada Lovelace' },
] as const)(
  'in $colorScheme colours at $width pixels every page can be read, fits the screen and has buttons for a thumb',
  async ({ colorScheme, width, name }) => {
    const page = await stage.newPage({ colorScheme, viewport: { width, height: 700 } })
    await look(page, name, async (where) => {
      const { looked, low } = await textsBelow(page, 4.5)
      expect({ where, low }).toEqual({ where, low: [] })
      expect(looked).toBeGreaterThan(2)

      const scrollWidth = await page.evaluate(() => document.documentElement.scrollWidth)
      expect({ where, scrollWidth }).toEqual({ where, scrollWidth: width })

      const heights = await page
        .locator('main :is(button, a.inline-flex):visible')
        .evaluateAll((buttons) => buttons.map((button) => button.getBoundingClientRect().height))
      expect({ where, small: heights.filter((height) => height < 44) }).toEqual({ where, small: [] })
    })
  },
)

test('the two colour schemes are two', async () => {
  const grounds = []
  for (const colorScheme of ['light', 'dark'] as const) {
    const page = await stage.newPage({ colorScheme })
    await page.goto(url)
    grounds.push(await page.evaluate(() => getComputedStyle(document.body).backgroundColor))
  }
  expect(grounds[0]).not.toBe(grounds[1])
})

// Takes one browser past every page, signed out and signed in.
async function look(page: Page, name: string, check: (where: string) => Promise<void>): Promise<void> {
  const visit = async (path: string, heading: string) => {
    await page.goto(url + path)
    await page.getByRole('heading', { name: heading, level: 1 }).waitFor()
    await check(`${heading} (${path.split('?')[0]})`)
  }
  await visit('/', 'Signed in here. Signed in there.')
  await visit('/sign-in', 'Sign in')
  await visit('/sign-in?error=AccessDenied', 'Sign in')
  await visit('/sign-out', 'You are signed out')
  await visit('/error?error=Configuration', 'That did not work')
  await visit('/handoff?nonce=none', 'This link does not work any more')
  await visit(`/handoff?nonce=${await nonceOf('ada', name)}`, `Continue as ${name}?`)
  await page.getByRole('button', { name: 'Continue' }).click()
  await page.getByRole('heading', { name: 'You are signed in', level: 1 }).waitFor()
  await visit('/session', 'This session')
  await visit('/sign-out', 'Sign out?')
  await visit('/sign-in', 'Sign in')

  const { nonce } = await source.askForNonce()
  await visit(`/handoff?nonce=${nonce}`, 'Switch account?')
  await page.getByRole('button', { name: 'Continue as Demo User' }).click()
  await page.getByRole('button', { name: 'Show a code' }).click()
  await page.getByRole('textbox', { name: 'Hand-off link' }).waitFor()
  await page.getByRole('button', { name: 'Call the backend' }).click()
  await page.getByText('Hello, Demo User!').waitFor()
  await check('the home page with a code and an answer')
}

async function nonceOf(sub: string, name: string): Promise<string> {
  return (await askForNonce(url, await issuer.idToken(url, { sub, name, email: `${sub}@example.org` }))).nonce
}
