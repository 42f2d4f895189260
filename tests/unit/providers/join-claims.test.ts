import { expect, test } from 'vitest'
import { joinClaims } from '#lib/providers/join-claims.ts'

const verified = { email: 'ana@example.org', email_verified: true }

test.each<[first: object, second: object, joined: object]>([
  [{ a: 1, b: 1 }, { b: 2 }, { a: 1, b: 2 }],
  [{ name: 'Ana' }, { name: null }, { name: 'Ana' }],
  [{ name: 'Ana' }, { name: '' }, { name: 'Ana' }],
  [verified, {}, verified],
  [{}, verified, verified],
  // Verified is said of one address, and of no other.
  [verified, { email: 'boss@firm.example' }, { email: 'boss@firm.example' }],
  [verified, { email: 'ana@example.org' }, verified],
  [{ email: 'boss@firm.example' }, verified, verified],
  [{ email_verified: true }, { email: 'boss@firm.example' }, { email: 'boss@firm.example' }],
  [{ ...verified }, { ...verified, email_verified: false }, { ...verified, email_verified: false }],
])('%j and %j are %j', (first, second, joined) => {
  expect(joinClaims({ ...first }, { ...second })).toEqual(joined)
})
