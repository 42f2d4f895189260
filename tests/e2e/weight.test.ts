import type { Page } from 'playwright/test'
import { askForNonce } from '../support/ask-for-nonce.ts'
import { anyDevice, expect, test } from '../support/browser-test.ts'
import { signInOverHttp } from '../support/journey.ts'
import { relyingParty } from '../support/relying-party.ts'
import { newVerifier } from '../support/verifier.ts'

test.use({ mayComplain: true })

/** What a page has loaded since the last question: how many requests, and their bytes with headers. */
function weighed(page: Page): () => Promise<{ requests: number; bytes: number }> {
  const answers: Promise<number>[] = []
  page.on('response', (response) => {
    const request = response.request()
    // A page that waits asks again and again, and redirects are no part of a page.
    if (request.resourceType() === 'fetch' || response.status() === 303) return
    answers.push(request.sizes().then((size) => size.responseBodySize + size.responseHeadersSize))
  })
  return async () => {
    await page.waitForLoadState('load')
    const sizes = await Promise.all(answers.splice(0))
    return { requests: sizes.length, bytes: sizes.reduce((sum, size) => sum + size, 0) }
  }
}

test(
  'pages that people come to once are one request of at most 20 kB, without React',
  anyDevice,
  async ({ page, stage, url }) => {
    const weigh = weighed(page)
    const check = async (where: string) => {
      const { requests, bytes } = await weigh()
      expect({ where, requests, isLight: bytes > 2000 && bytes <= 20_000 }).toEqual({
        where,
        requests: 1,
        isLight: true,
      })
      expect(await page.locator('script[src], link[rel=stylesheet]').count()).toBe(0)
    }
    const visit = async (address: string, heading: string) => {
      await page.goto(address)
      await page.getByRole('heading', { name: heading, level: 1 }).waitFor()
      await check(heading)
    }
    await visit(`${url}/sign-in`, 'Sign in')
    await visit(`${url}/error?error=Expired`, 'Start again')
    await visit(`${url}/handoff?nonce=none`, 'This link does not work any more')
    await visit(`${url}/handoff?nonce=a&nonce=b`, 'That did not work')
    const person = await stage.signedIn()
    const at = async (form: Record<string, string>) => (await person.askForNonce(form)).handoff_uri
    await visit(await at(newVerifier().challenge), 'Continue as Demo User?')
    await visit(await at({ target: 'demo-web' }), 'Continue as Demo User?')
    await visit(await at({ approval: 'source' }), 'Continue as Demo User?')
    await page.getByRole('button', { name: 'Continue' }).click()
    await page.getByRole('heading', { name: 'Say yes on your other device' }).waitFor()
    await check('a page that waits')

    await signInOverHttp(page, url)
    await visit(`${url}/sign-in?again=0`, 'Sign in')
    const ada = await stage.issuer.idToken(url, { sub: 'ada', name: 'Ada' })
    await visit(`${url}/handoff?nonce=${(await askForNonce(url, ada)).nonce}`, 'Switch account?')
    const { url: request } = await (await relyingParty(url, 'stranger')).begin()
    request.searchParams.set('redirect_uri', `${stage.landing.url}/callback`)
    await visit(request.href, 'Sign in to Application stranger?')
  },
)
