import { expect, test } from 'vitest'
import { type Secrets, seal } from '#lib/crypto/seal.ts'
import { isFormTokenOf, newPageProof, openPageProof, sealPageProof } from '#lib/handoff/page-proof.ts'

const secret = 'a secret of the tests that is long enough'
const secrets: Secrets = [secret]
const openedAt = new Date('2026-01-02T03:04:05.678Z')

test('what a browser keeps of a page comes back as it was, to the millisecond', async () => {
  const proof = newPageProof('a nonce', openedAt)
  expect(await openPageProof(await sealPageProof(proof, secrets), secrets)).toEqual(proof)
})

test('neither the nonce nor the form token can be read off the cookie', async () => {
  const proof = newPageProof('a-nonce-of-43-characters-aaaaaaaaaaaaaaaaaaa', openedAt)
  const sealed = await sealPageProof(proof, secrets)
  const decoded = sealed.split('.').map((part) => Buffer.from(part, 'base64url').toString('latin1'))
  for (const word of [proof.nonce, proof.formToken]) expect([sealed, ...decoded].join()).not.toContain(word)
})

test('each page has a form token of its own, even of one nonce', () => {
  expect(newPageProof('n', openedAt).formToken).not.toBe(newPageProof('n', openedAt).formToken)
})

test('a form token counts for its own page alone', () => {
  const proof = newPageProof('n', openedAt)
  expect(isFormTokenOf(proof, proof.formToken)).toBe(true)
  const others = [
    undefined,
    '',
    proof.formToken.slice(1),
    `${proof.formToken}x`,
    newPageProof('n', openedAt).formToken,
  ]
  for (const token of others) expect(isFormTokenOf(proof, token)).toBe(false)
})

test('a proof that Baton did not make is none', async () => {
  const proof = newPageProof('n', openedAt)
  const forgeries = [
    '',
    'x',
    JSON.stringify(proof),
    await sealPageProof(proof, [`${secret}!`]),
    await seal(proof, 'another context', secrets),
    await seal({ nonce: 'n' }, 'handoff page', secrets),
    await seal({ ...proof, openedAt: 'never' }, 'handoff page', secrets),
    await seal(null, 'handoff page', secrets),
  ]
  for (const forgery of forgeries) expect(await openPageProof(forgery, secrets)).toBeUndefined()
})
