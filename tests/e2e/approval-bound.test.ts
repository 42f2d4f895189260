import { anyDevice, expect, test } from '../support/browser-test.ts'
import { approve, sessionOf, showCode } from '../support/journey.ts'

test.use({ handoff: { nonceTtl: 10, binding: 'verifier' }, mayComplain: true })

test(
  'where every link is bound, the code in it is shown once, and the browser that waits goes on',
  anyDevice,
  async ({ source, page: target, url }) => {
    const link = await showCode(source)
    expect(link).toMatch(/#verifier=[\w-]{43}$/)
    await target.goto(link)
    await target.getByRole('button', { name: 'Continue' }).click()
    await target.getByRole('heading', { name: 'Say yes on your other device' }).waitFor()
    await approve(source, target)
    await target.waitForURL(`${url}/`)
    expect((await sessionOf(target, url))?.user.name).toBe('Demo User')
  },
)

test(
  'the question at the source stays while Baton does not answer, and there is no new code',
  anyDevice,
  async ({ source, page: target, url }) => {
    const expiry = Date.now() + 10_000
    await target.goto(await showCode(source))
    await target.getByRole('button', { name: 'Continue' }).click()
    await source.getByRole('region', { name: 'A browser asks' }).waitFor()
    let refused = 0
    await source.route('**/api/nonce/status?*', (route) => {
      if (Date.now() > expiry) refused++
      return route.fulfill({ status: 503, body: '' })
    })
    await expect.poll(() => refused, { timeout: 20_000 }).toBeGreaterThan(3)
    await source.unroute('**/api/nonce/status?*')
    await approve(source, target)
    await target.waitForURL(`${url}/`)
  },
)
