import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { askForNonce } from '../support/ask-for-nonce.ts'
import { type BrowserStage, startBrowserStage } from '../support/browser-stage.ts'
import { sessionOf } from '../support/journey.ts'
import { startTrustedIssuer, type TrustedIssuer } from '../support/trusted-issuer.ts'
import { newVerifier } from '../support/verifier.ts'

let issuer: TrustedIssuer

beforeAll(async () => {
  issuer = await startTrustedIssuer()
})

afterAll(() => issuer?.close())

describe.each(['never', 'switching'] as const)('confirm: %s', (confirm) => {
  let stage: BrowserStage
  let url: string

  beforeAll(async () => {
    stage = await startBrowserStage({
      config: () => ({ trustedIssuers: [issuer.trust], handoff: { confirm } }),
    })
    url = stage.baton.url
  })

  afterEach(() => stage.expectNoComplaints())
  afterAll(() => stage?.close())

  test('an unbound link goes through by itself where nobody is signed in', async () => {
    const page = await stage.newPage()
    await page.goto(await linkFor('ada'))
    await page.waitForURL(`${url}/`)
    expect((await sessionOf(page, url))?.user.name).toBe('ada')
  })

  test(`over someone else it ${confirm === 'never' ? 'goes through by itself' : 'asks and shows both people'}`, async () => {
    const page = await stage.newPage()
    await page.goto(await linkFor('bob'))
    await page.waitForURL(`${url}/`)

    await page.goto(await linkFor('ada'))
    if (confirm !== 'never') {
      await page.getByRole('heading', { name: 'Switch account?' }).waitFor()
      expect(await page.getByRole('main').textContent()).toMatch(/signed in as.*bob.*go on as.*ada/s)
      expect((await sessionOf(page, url))?.user.name).toBe('bob')
      await page.getByRole('button', { name: 'Continue as ada' }).click()
    }
    await page.waitForURL(`${url}/`)
    expect((await sessionOf(page, url))?.user.name).toBe('ada')
  })

  test('a bound link with its verifier in the fragment goes through by itself', async () => {
    const { verifier, challenge } = newVerifier()
    const page = await stage.newPage()
    await page.goto(`${await linkFor('ada', challenge)}#verifier=${verifier}`)
    await page.waitForURL(`${url}/`)
    expect((await sessionOf(page, url))?.user.name).toBe('ada')
  })

  async function linkFor(sub: string, form: Record<string, string> = {}): Promise<string> {
    const { nonce } = await askForNonce(url, await issuer.idToken(url, { sub, name: sub }), form)
    return `${url}/handoff?nonce=${nonce}`
  }
})
