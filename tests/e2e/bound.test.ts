import type { Page } from 'playwright/test'
import { anyDevice, expect, test } from '../support/browser-test.ts'
import { askForNonce, sessionOf } from '../support/journey.ts'
import { newVerifier } from '../support/verifier.ts'

test('the verifier in the fragment redeems a bound nonce, asks first, and leaves the address bar', async ({
  page: target,
  source,
  url,
}) => {
  const { verifier, handoff_uri } = await bound(source)
  await target.goto(`${handoff_uri}#verifier=${verifier}`)
  await target.waitForURL(`${url}/handoff`)
  await target.getByText('Continue only if you are Demo User').waitFor()
  await target.getByRole('button', { name: 'Continue' }).click()
  await target.waitForURL(`${url}/`)
  expect((await sessionOf(target, url))?.user.name).toBe('Demo User')
})

test(
  'another verifier in the fragment gets a dead link and spends nothing',
  anyDevice,
  async ({ page: attacker, newPage, source, url }) => {
    const { verifier, handoff_uri } = await bound(source)
    await attacker.goto(`${handoff_uri}#verifier=${newVerifier().verifier}`)
    await attacker.getByRole('button', { name: 'Continue' }).click()
    await attacker.getByRole('heading', { name: 'This link does not work any more' }).waitFor()
    expect(await sessionOf(attacker, url)).toBeNull()

    const target = await newPage()
    await target.goto(`${handoff_uri}#verifier=${verifier}`)
    await target.getByRole('button', { name: 'Continue' }).click()
    await target.waitForURL(`${url}/`)
  },
)

for (const javaScriptEnabled of [true, false])
  test(`the code of the app can be typed (JavaScript: ${javaScriptEnabled})`, async ({
    newPage,
    source,
    url,
  }) => {
    const { verifier, handoff_uri } = await bound(source)
    const target = await newPage({ javaScriptEnabled })
    await target.goto(handoff_uri)
    await target.getByLabel('Code from your app').fill(verifier)
    await target.getByRole('button', { name: 'Continue' }).click()
    await target.waitForURL(`${url}/`)
    expect((await sessionOf(target, url))?.user.name).toBe('Demo User')
  })

test('an empty code is not sent', async ({ page: target, source }) => {
  const { handoff_uri } = await bound(source)
  await target.goto(handoff_uri)
  await target.getByRole('button', { name: 'Continue' }).click()
  expect(
    await target
      .getByLabel('Code from your app')
      .evaluate((field: HTMLInputElement) => field.validity.valueMissing),
  ).toBe(true)
  expect(await target.getByRole('heading', { name: 'Continue as Demo User?' }).count()).toBe(1)
})

async function bound(source: Page) {
  const { verifier, challenge } = newVerifier()
  const { handoff_uri } = await askForNonce(source, challenge)
  return { verifier, handoff_uri }
}
