import type { Page } from 'playwright/test'
import { anyDevice, expect, test } from '../support/browser-test.ts'
import { approve, askForNonce, sessionOf, showCode } from '../support/journey.ts'

const waits = { name: 'Say yes on your other device' }

/** Opens a link and presses Continue there. */
async function ask(target: Page, link: string): Promise<void> {
  await target.goto(link)
  await target.getByRole('button', { name: 'Continue' }).click()
}

test('both sides show the same two digits, and the source sees which browser asks', async ({
  source,
  page: target,
  url,
}) => {
  await ask(target, await showCode(source))
  await target.getByRole('heading', waits).waitFor()
  const question = source.getByRole('region', { name: 'A browser asks' })
  await question.waitFor()
  const shown = (await target.getByText(/^The number is \d\d$/).textContent())?.slice(-2) ?? ''
  await source.getByText(`It shows the number ${shown}.`).waitFor()
  expect(await question.textContent()).toMatch(
    /BrowserChromeSystem\w+Address127\.0\.0\.1Networkthe same as yours/,
  )
  // The page waits, whatever is done with it.
  await target.reload()
  await target.getByText(`The number is ${shown}`).waitFor()
  expect(await sessionOf(target, url)).toBeNull()
  await approve(source, target)
  await target.waitForURL(`${url}/`)
  await source.getByText('Done. The other browser is signed in as Demo User.').waitFor()
})

test('a no lets nobody in, and the other side is told', anyDevice, async ({ source, page: target, url }) => {
  await ask(target, await showCode(source))
  await source.getByRole('button', { name: 'No', exact: true }).click()
  await source.getByText('You said no, so the code is no longer good.').waitFor()
  await target.getByRole('heading', { name: 'The other device said no' }).waitFor()
  expect(await sessionOf(target, url)).toBeNull()
  await source.getByRole('button', { name: 'Show a new code' }).click()
  await source.getByRole('textbox', { name: 'Hand-off link' }).waitFor()
})

test('the source sees it when the other side cancels', anyDevice, async ({ source, page: target, url }) => {
  await ask(target, await showCode(source))
  await target.getByRole('heading', waits).waitFor()
  await target.getByRole('button', { name: 'Cancel' }).click()
  await target.waitForURL(`${url}/`)
  await source.getByText('The other side cancelled.').waitFor()
})

test(
  'a second browser that asks shuts both out, and the source is told which',
  anyDevice,
  async ({ source, page: target, newPage, url }) => {
    const link = await showCode(source)
    const thief = await newPage()
    await thief.goto(link)
    await ask(target, link)
    await target.getByRole('heading', waits).waitFor()
    await thief.getByRole('button', { name: 'Continue' }).click()
    const gone = { name: 'This link was cancelled' }
    await thief.getByRole('heading', gone).waitFor()
    await target.getByRole('heading', gone).waitFor()
    await source
      .getByText(/A second browser asked to go on as you: Chrome on Linux\. Neither was let in\./)
      .waitFor()
    for (const page of [target, thief]) expect(await sessionOf(page, url)).toBeNull()
  },
)

test(
  'without JavaScript the person presses a button until the source has said yes',
  anyDevice,
  async ({ source, newPage, url }) => {
    const target = await newPage({ javaScriptEnabled: false })
    await ask(target, await showCode(source))
    await target.getByRole('heading', waits).waitFor()
    await target.getByRole('button', { name: 'Go on' }).click()
    await target.getByRole('heading', waits).waitFor()
    await approve(source, target)
    await source.getByText('You said yes.').waitFor()
    await target.getByRole('button', { name: 'Go on' }).click()
    await target.waitForURL(`${url}/`)
    expect((await sessionOf(target, url))?.user.name).toBe('Demo User')
  },
)

test(
  'a double tap, the back button and a second tab of one browser make one session',
  anyDevice,
  async ({ source, page: target, url }) => {
    const { handoff_uri } = await askForNonce(source, { redirect_to: '/sessions' })
    const tab = await target.context().newPage()
    await tab.goto(handoff_uri)
    await target.goto(handoff_uri)
    await target.getByRole('button', { name: 'Continue' }).dblclick()
    await target.getByRole('heading', { name: 'This session' }).waitFor()
    const sid = (await sessionOf(target, url))?.sid
    await tab.getByRole('button', { name: 'Continue' }).click()
    await tab.getByRole('heading', { name: 'This session' }).waitFor()
    await target.goBack()
    await target.getByRole('heading', { name: 'This session' }).waitFor()
    expect((await sessionOf(target, url))?.sid).toBe(sid)
  },
)

test(
  'a click that comes as the page shows does not continue, at first and when it shows again',
  anyDevice,
  async ({ source, page: target, url }) => {
    const { handoff_uri } = await askForNonce(source)
    // The half second does not pass on its own.
    const devtools = await target.context().newCDPSession(target)
    await devtools.send('Animation.enable')
    await devtools.send('Animation.setPlaybackRate', { playbackRate: 0 })
    await target.goto(handoff_uri)
    const button = target.getByRole('button', { name: 'Continue' })
    await button.waitFor()
    await target.waitForLoadState('networkidle')
    const pass = () =>
      target.evaluate(() => {
        for (const animation of document.getAnimations()) animation.finish()
      })
    const click = async () => {
      const { x, y, width, height } = (await button.boundingBox()) ?? { x: 0, y: 0, width: 0, height: 0 }
      await target.mouse.click(x + width / 2, y + height / 2)
      await target.waitForLoadState('networkidle')
    }
    await click()
    expect(target.url()).toBe(`${url}/handoff`)
    expect(await sessionOf(target, url)).toBeNull()
    await pass()
    // A window above it closes.
    for (const event of ['focus', 'pageshow']) {
      await target.evaluate((name) => window.dispatchEvent(new Event(name)), event)
      await click()
      expect(await sessionOf(target, url)).toBeNull()
      await pass()
    }
    await click()
    await target.waitForURL(`${url}/`)
  },
)

test(
  'a page that waits goes on with its own nonce, whatever else is open in that browser',
  anyDevice,
  async ({ source, page: target, stage, url }) => {
    await ask(target, await showCode(source))
    await target.getByRole('heading', waits).waitFor()
    const bob = await (await stage.signedIn('bob')).askForNonce()
    const other = await target.context().newPage()
    await other.goto(bob.handoff_uri)
    await other.getByRole('heading', { name: 'Continue as Bob Builder?' }).waitFor()
    await approve(source, target)
    await target.waitForURL(`${url}/`)
    expect((await sessionOf(target, url))?.user.name).toBe('Demo User')
  },
)
