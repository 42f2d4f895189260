import { afterAll, beforeAll, expect, test } from 'vitest'
import { readHandoffPage } from '../../support/clients/handoff-page.ts'
import type { Person } from '../../support/person.ts'
import { type Stage, startStage } from '../../support/stage.ts'
import { newVerifier } from '../../support/verifier.ts'

let stage: Stage
let source: Person

beforeAll(async () => {
  stage = await startStage()
  source = await stage.signedIn()
})

afterAll(() => stage?.close())

test('the verifier in the form redeems a bound nonce', async () => {
  const { nonce, verifier } = await bound()
  expect((await stage.newcomer().redeem(nonce, { verifier })).status).toBe(303)
})

test.each([
  ['another verifier', () => newVerifier().verifier],
  ['no verifier', () => ''],
  ['the challenge itself', (challenge: string) => challenge],
  ['a verifier that is too short', () => 'x'.repeat(42)],
  ['a verifier that is too long', () => 'x'.repeat(129)],
])('%s does not redeem a bound nonce, and does not spend it', async (_, wrong) => {
  const { nonce, verifier, challenge } = await bound()
  const target = stage.newcomer()
  const refused = await target.redeem(nonce, { verifier: wrong(challenge) })
  expect(refused.status).toBe(410)
  expect(await target.session()).toBeNull()
  expect((await target.redeem(nonce, { verifier })).status).toBe(303)
})

test('a bound nonce works once like any other', async () => {
  const { nonce, verifier } = await bound()
  expect((await stage.newcomer().redeem(nonce, { verifier })).status).toBe(303)
  expect((await stage.newcomer().redeem(nonce, { verifier })).status).toBe(410)
})

test('the page of a bound nonce asks for the code, in a field of the form, and knows no verifier', async () => {
  const { nonce, verifier, challenge } = await bound()
  const html = await (await stage.newcomer().request(`/handoff?nonce=${nonce}`)).text()
  const form = /<form\b.*?<\/form>/s.exec(readHandoffPage(html).shown)?.[0]
  expect(form).toMatch(/<input [^>]*name="verifier"/)
  expect(html).not.toContain(verifier)
  expect(html).not.toContain(challenge)
})

test('a verifier in the address is no proof, as any link could bring it', async () => {
  const { nonce, verifier } = await bound()
  const target = stage.newcomer()
  await target.request(`/handoff?nonce=${nonce}&verifier=${verifier}`)
  expect((await target.redeem(nonce)).status).toBe(410)
})

test('a verifier for a nonce that is not bound changes nothing', async () => {
  const { nonce } = await source.askForNonce()
  expect((await stage.newcomer().redeem(nonce, { verifier: newVerifier().verifier })).status).toBe(303)
})

async function bound() {
  const { verifier, challenge } = newVerifier()
  const { nonce } = await source.askForNonce(challenge)
  return { nonce, verifier, challenge: challenge.code_challenge ?? '' }
}
