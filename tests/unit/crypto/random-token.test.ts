import { expect, test } from 'vitest'
import { isRandomToken, randomToken } from '#lib/crypto/random-token.ts'

const token = 'abcdefghijklmnopqrstuvwxyz-ABCDEFGHIJ_01234'

test('43 base64url characters can be a random token, and every random token has that form', () => {
  expect(isRandomToken(token)).toBe(true)
  for (let round = 0; round < 100; round++) expect(isRandomToken(randomToken())).toBe(true)
})

test('no two random tokens are alike', () => {
  expect(new Set(Array.from({ length: 1000 }, randomToken)).size).toBe(1000)
})

test.each([
  '',
  token.slice(1),
  `${token}a`,
  `${token}=`,
  `${token}\n`,
  ` ${token.slice(1)}`,
  `${token.slice(1)}+`,
  `${token.slice(1)}/`,
  `${token.slice(1)}é`,
  `${token.slice(1)}\0`,
])('anything else cannot: %j', (text) => {
  expect(isRandomToken(text)).toBe(false)
})
