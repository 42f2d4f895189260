import { expect, test } from 'vitest'
import { sha256 } from '#lib/crypto/digest.ts'
import { type Secrets, seal } from '#lib/crypto/seal.ts'
import {
  browserOf,
  formTokenOf,
  isFormTokenOf,
  newPageProof,
  nonceHashOf,
  openPageProof,
  sealPageProof,
} from '#lib/handoff/page-proof.ts'

const secret = 'a secret of the tests that is long enough'
const secrets: Secrets = [secret]
const openedAt = new Date('2026-01-02T03:04:05.678Z')
const nonce = 'a-nonce-of-43-characters-aaaaaaaaaaaaaaaaaaa'

const newProof = () => newPageProof({ hash: sha256(nonce).toString('base64url'), nonce, openedAt })

test('what a browser keeps of a page comes back as it was, to the millisecond', async () => {
  const proof = newProof()
  expect(await openPageProof(await sealPageProof(proof, secrets), secrets)).toEqual(proof)
  expect(nonceHashOf(proof)).toEqual(sha256(nonce))
})

test('neither the nonce nor the secret can be read off the cookie', async () => {
  const proof = newProof()
  const sealed = await sealPageProof(proof, secrets)
  const decoded = sealed.split('.').map((part) => Buffer.from(part, 'base64url').toString('latin1'))
  const words = [nonce, proof.hash, proof.secret, formTokenOf(proof)]
  for (const word of words) expect([sealed, ...decoded].join()).not.toContain(word)
})

test('each browser has a secret and a form token of its own, even for one nonce', () => {
  const [one, other] = [newProof(), newProof()]
  expect(formTokenOf(one)).not.toBe(formTokenOf(other))
  expect(browserOf(one)).not.toEqual(browserOf(other))
})

test('neither what is in the page nor what is in the database is the secret, or leads to the other', () => {
  const proof = newProof()
  const token = formTokenOf(proof)
  expect(token).not.toContain(proof.secret)
  expect(browserOf(proof)).not.toEqual(sha256(proof.secret))
  expect(browserOf(proof).toString('base64url')).not.toBe(token)
  expect(browserOf({ secret: token })).not.toEqual(browserOf(proof))
})

test('a form token counts for its own page alone', () => {
  const proof = newProof()
  const token = formTokenOf(proof)
  expect(isFormTokenOf(proof, token)).toBe(true)
  const others = [undefined, '', token.slice(1), `${token}x`, formTokenOf(newProof()), proof.secret]
  for (const other of others) expect(isFormTokenOf(proof, other)).toBe(false)
})

test('a proof that Baton did not make is none', async () => {
  const proof = newProof()
  const forgeries = [
    '',
    'x',
    JSON.stringify(proof),
    await sealPageProof(proof, [`${secret}!`]),
    await seal(proof, 'another context', secrets),
    await seal({ hash: proof.hash }, 'handoff page', secrets),
    await seal({ ...proof, openedAt: 'never' }, 'handoff page', secrets),
    await seal(null, 'handoff page', secrets),
  ]
  for (const forgery of forgeries) expect(await openPageProof(forgery, secrets)).toBeUndefined()
})
