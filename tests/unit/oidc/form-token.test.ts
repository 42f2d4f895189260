import { expect, test } from 'vitest'
import { formTokenOf, isFormTokenOf } from '#lib/oidc/interaction/form-token.ts'

test('the token of a form is good for its own step, by any of the secrets', () => {
  const token = formTokenOf('step', ['older'])
  expect(isFormTokenOf('step', token, ['newer', 'older'])).toBe(true)
  expect(isFormTokenOf('step', token, ['newer'])).toBe(false)
  expect(isFormTokenOf('another', token, ['older'])).toBe(false)
  for (const other of [undefined, '', `${token}x`, token.slice(1)])
    expect(isFormTokenOf('step', other, ['older'])).toBe(false)
})
