import { expect } from 'vitest'
import { readHandoffPage } from '../../support/clients/handoff-page.ts'
import { test as base } from '../../support/test.ts'
import { newVerifier } from '../../support/verifier.ts'

const test = base.extend('bound', ({ person }) => async () => {
  const { verifier, challenge } = newVerifier()
  const { nonce } = await person.askForNonce(challenge)
  return { nonce, verifier, challenge: challenge.code_challenge ?? '' }
})

test('the verifier in the form redeems a bound nonce', async ({ bound, newcomer }) => {
  const { nonce, verifier } = await bound()
  expect((await newcomer().redeem(nonce, { verifier })).status).toBe(303)
})

test.for([
  ['another verifier', () => newVerifier().verifier],
  ['no verifier', () => ''],
  ['the challenge itself', (challenge: string) => challenge],
  ['a verifier that is too short', () => 'x'.repeat(42)],
  ['a verifier that is too long', () => 'x'.repeat(129)],
] as const)(
  '%s does not redeem a bound nonce, and does not spend it',
  async ([, wrong], { bound, newcomer }) => {
    const { nonce, verifier, challenge } = await bound()
    const target = newcomer()
    const refused = await target.redeem(nonce, { verifier: wrong(challenge) })
    expect(refused.status).toBe(410)
    expect(await target.session()).toBeNull()
    expect((await target.redeem(nonce, { verifier })).status).toBe(303)
  },
)

test('a bound nonce works once like any other', async ({ bound, newcomer }) => {
  const { nonce, verifier } = await bound()
  expect((await newcomer().redeem(nonce, { verifier })).status).toBe(303)
  expect((await newcomer().redeem(nonce, { verifier })).status).toBe(410)
})

test('the page of a bound nonce asks for the code, in a field of the form, and knows no verifier', async ({
  bound,
  newcomer,
}) => {
  const { nonce, verifier, challenge } = await bound()
  const html = await (await newcomer().request(`/handoff?nonce=${nonce}`)).text()
  const form = /<form\b.*?<\/form>/s.exec(readHandoffPage(html).shown)?.[0]
  expect(form).toMatch(/<input [^>]*name="verifier"/)
  expect(html).not.toContain(verifier)
  expect(html).not.toContain(challenge)
})

test('a verifier in the address is no proof, as any link could bring it', async ({ bound, newcomer }) => {
  const { nonce, verifier } = await bound()
  const target = newcomer()
  await target.request(`/handoff?nonce=${nonce}&verifier=${verifier}`)
  expect((await target.redeem(nonce)).status).toBe(410)
})

test('a verifier for a nonce that is not bound changes nothing', async ({ person, newcomer }) => {
  const { nonce } = await person.askForNonce()
  expect((await newcomer().redeem(nonce, { verifier: newVerifier().verifier })).status).toBe(303)
})
