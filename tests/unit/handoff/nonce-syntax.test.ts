import { expect, test } from 'vitest'
import { randomToken } from '#lib/crypto/random-token.ts'
import { isNonce } from '#lib/handoff/nonce-syntax.ts'

const nonce = 'abcdefghijklmnopqrstuvwxyz-ABCDEFGHIJ_01234'

test('43 base64url characters can be a nonce, as every random token has them', () => {
  expect(isNonce(nonce)).toBe(true)
  for (let round = 0; round < 100; round++) expect(isNonce(randomToken())).toBe(true)
})

test('no two random tokens are alike', () => {
  expect(new Set(Array.from({ length: 1000 }, randomToken)).size).toBe(1000)
})

test.each([
  '',
  nonce.slice(1),
  `${nonce}a`,
  `${nonce}=`,
  `${nonce}\n`,
  ` ${nonce.slice(1)}`,
  `${nonce.slice(1)}+`,
  `${nonce.slice(1)}/`,
  `${nonce.slice(1)}é`,
  `${nonce.slice(1)}\0`,
])('anything else cannot: %j', (text) => {
  expect(isNonce(text)).toBe(false)
})
