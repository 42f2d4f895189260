import { anyDevice, expect, test } from '../support/browser-test.ts'
import { approve, sessionOf, showCode } from '../support/journey.ts'

test.use({ handoff: { nonceTtl: 3 } })

test(
  'a code that nobody opens is replaced when its time is over: the old link is dead, the new one works',
  anyDevice,
  async ({ source, newPage, url }) => {
    const field = source.getByRole('textbox', { name: 'Hand-off link' })
    const old = await showCode(source)
    await expect.poll(() => field.inputValue(), { timeout: 10_000 }).not.toBe(old)

    const dead = { name: 'This link does not work any more' }
    const late = await newPage()
    await late.goto(old)
    await late.getByRole('heading', dead).waitFor()

    const target = await newPage()
    const gone = target.getByRole('heading', dead)
    const button = target.getByRole('button', { name: 'Continue' })
    const asks = target.getByRole('heading', { name: 'Say yes on your other device' })
    const home = target.getByRole('heading', { name: 'You are signed in' })
    // The time of the link under the code may be over before a busy machine has used it: then there is a
    // newer one.
    const use = async () => {
      await target.goto(await field.inputValue())
      await button.or(gone).waitFor()
      if (!(await button.isVisible())) return false
      await button.click()
      await asks.or(gone).waitFor()
      if (!(await asks.isVisible())) return false
      await approve(source, target)
      await home.or(gone).waitFor()
      return home.isVisible()
    }
    await expect.poll(use, { timeout: 30_000 }).toBe(true)
    expect((await sessionOf(target, url))?.user.name).toBe('Demo User')
    await source.getByText('Done. The other browser is signed in as Demo User.').waitFor()
  },
)

test(
  'a link preview that opens the link stops nothing: the code goes on being renewed',
  anyDevice,
  async ({ source }) => {
    const field = source.getByRole('textbox', { name: 'Hand-off link' })
    await showCode(source)
    let first = ''
    const preview = async () => {
      first = await field.inputValue()
      return (await fetch(first, { headers: { 'user-agent': 'LinkPreview/1.0' } })).status
    }
    await expect.poll(preview, { timeout: 15_000 }).toBe(200)
    await expect.poll(() => field.inputValue(), { timeout: 10_000 }).not.toBe(first)
    const second = await field.inputValue()
    await expect.poll(() => field.inputValue(), { timeout: 10_000 }).not.toBe(second)
  },
)
