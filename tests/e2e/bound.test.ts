import type { Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { type BrowserStage, startBrowserStage } from '../support/browser-stage.ts'
import { askForNonce, sessionOf, signIn } from '../support/journey.ts'
import { newVerifier } from '../support/verifier.ts'

let stage: BrowserStage
let url: string
let source: Page

beforeAll(async () => {
  stage = await startBrowserStage()
  url = stage.baton.url
  source = await stage.newPage()
  await signIn(source, url)
})

afterEach(() => stage.expectNoComplaints())
afterAll(() => stage?.close())

test('the verifier in the fragment redeems a bound nonce, asks first, and leaves the address bar', async () => {
  const { verifier, handoff_uri } = await bound()
  const target = await stage.newPage()
  await target.goto(`${handoff_uri}#verifier=${verifier}`)
  await target.waitForURL(`${url}/handoff`)
  await target.getByText('Continue only if you are Demo User').waitFor()
  await target.getByRole('button', { name: 'Continue' }).click()
  await target.waitForURL(`${url}/`)
  expect((await sessionOf(target, url))?.user.name).toBe('Demo User')
})

test('another verifier in the fragment gets a dead link and spends nothing', async () => {
  const { verifier, handoff_uri } = await bound()
  const attacker = await stage.newPage()
  await attacker.goto(`${handoff_uri}#verifier=${newVerifier().verifier}`)
  await attacker.getByRole('button', { name: 'Continue' }).click()
  await attacker.getByRole('heading', { name: 'This link does not work any more' }).waitFor()
  expect(await sessionOf(attacker, url)).toBeNull()

  const target = await stage.newPage()
  await target.goto(`${handoff_uri}#verifier=${verifier}`)
  await target.getByRole('button', { name: 'Continue' }).click()
  await target.waitForURL(`${url}/`)
})

test.each([true, false])('the code of the app can be typed (JavaScript: %s)', async (javaScriptEnabled) => {
  const { verifier, handoff_uri } = await bound()
  const target = await stage.newPage({ javaScriptEnabled })
  await target.goto(handoff_uri)
  await target.getByLabel('Code from your app').fill(verifier)
  await target.getByRole('button', { name: 'Continue' }).click()
  await target.waitForURL(`${url}/`)
  expect((await sessionOf(target, url))?.user.name).toBe('Demo User')
})

test('an empty code is not sent', async () => {
  const { handoff_uri } = await bound()
  const target = await stage.newPage()
  await target.goto(handoff_uri)
  await target.getByRole('button', { name: 'Continue' }).click()
  expect(
    await target
      .getByLabel('Code from your app')
      .evaluate((field: HTMLInputElement) => field.validity.valueMissing),
  ).toBe(true)
  expect(await target.getByRole('heading', { name: 'Continue as Demo User?' }).count()).toBe(1)
})

async function bound() {
  const { verifier, challenge } = newVerifier()
  const { handoff_uri } = await askForNonce(source, challenge)
  return { verifier, handoff_uri }
}
