import { expect, test } from 'vitest'
import { claimNamed } from '#lib/accounts/subject.ts'

const claims = { id: 7, 'a.b': 'whole', data: { id: 'u-7', list: ['x'] }, none: null }

test.each([
  ['id', 7],
  ['a.b', 'whole'],
  ['data.id', 'u-7'],
  ['data.other', undefined],
  ['id.toString', undefined],
  ['none.id', undefined],
  ['constructor', undefined],
  ['data.constructor.name', undefined],
  ['', undefined],
])('the claim %j is found by its name or its path', (name, value) => {
  expect(claimNamed(claims, name)).toBe(value)
})
