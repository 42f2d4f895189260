import { afterAll, beforeAll, expect, test } from 'vitest'
import { type BrowserStage, startBrowserStage } from '../support/browser-stage.ts'
import { sessionOf, showCode, signIn } from '../support/journey.ts'

let stage: BrowserStage

beforeAll(async () => {
  stage = await startBrowserStage({
    config: (partners) => partners.config({ handoff: { nonceTtl: 2 } }),
  })
})

afterAll(() => stage?.close())

test('a code that nobody opens is replaced when its time is over: the old link is dead, the new one works', async () => {
  const { url } = stage.baton
  const source = await stage.newPage()
  await signIn(source, url)
  const field = source.getByRole('textbox', { name: 'Hand-off link' })
  const old = await showCode(source)
  await expect.poll(() => field.inputValue(), { timeout: 10_000 }).not.toBe(old)

  const late = await stage.newPage()
  await late.goto(old)
  await late.getByRole('heading', { name: 'This link does not work any more' }).waitFor()

  const target = await stage.newPage()
  await target.goto(await field.inputValue())
  await target.getByRole('button', { name: 'Continue' }).click()
  await target.waitForURL(`${url}/`)
  expect((await sessionOf(target, url))?.user.name).toBe('Demo User')
  await source.getByText('Done. The other browser is signed in as Demo User.').waitFor()
  stage.expectNoComplaints()
})

test('a link preview that opens the link stops nothing: the code goes on being renewed', async () => {
  const { url } = stage.baton
  const source = await stage.newPage()
  await signIn(source, url)
  const field = source.getByRole('textbox', { name: 'Hand-off link' })
  const first = await showCode(source)
  expect((await fetch(first, { headers: { 'user-agent': 'LinkPreview/1.0' } })).status).toBe(200)
  await expect.poll(() => field.inputValue(), { timeout: 10_000 }).not.toBe(first)
  const second = await field.inputValue()
  await expect.poll(() => field.inputValue(), { timeout: 10_000 }).not.toBe(second)
  stage.expectNoComplaints()
})
