import { askForNonce } from '../support/ask-for-nonce.ts'
import { expect, test as onStage } from '../support/browser-test.ts'
import { sessionOf } from '../support/journey.ts'
import { newVerifier } from '../support/verifier.ts'

for (const confirm of ['never', 'switching'] as const) {
  const test = onStage.extend<{ linkFor(sub: string, form?: Record<string, string>): Promise<string> }>({
    handoff: [{ confirm }, { scope: 'worker' }],
    linkFor: ({ stage: { issuer }, url }, use) =>
      use(async (sub, form) => {
        const nonce = (await askForNonce(url, await issuer.idToken(url, { sub, name: sub }), form)).nonce
        return `${url}/handoff?nonce=${nonce}`
      }),
  })

  test.describe(`confirm: ${confirm}`, () => {
    test('an unbound link goes through by itself where nobody is signed in', async ({
      page,
      url,
      linkFor,
    }) => {
      await page.goto(await linkFor('ada'))
      await page.waitForURL(`${url}/`)
      expect((await sessionOf(page, url))?.user.name).toBe('ada')
    })

    const outcome = confirm === 'never' ? 'goes through by itself' : 'asks and shows both people'
    test(`over someone else it ${outcome}`, async ({ page, url, linkFor }) => {
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

    test('a bound link with its verifier in the fragment goes through by itself', async ({
      page,
      url,
      linkFor,
    }) => {
      const { verifier, challenge } = newVerifier()
      await page.goto(`${await linkFor('ada', challenge)}#verifier=${verifier}`)
      await page.waitForURL(`${url}/`)
      expect((await sessionOf(page, url))?.user.name).toBe('ada')
    })
  })
}
