import { expect, test } from 'vitest'
import { causeText } from '#lib/http/cause-text.ts'
import { OAuthError } from '#lib/oauth/error.ts'

const coded = (message: string, code: string, cause?: unknown) =>
  Object.assign(new Error(message, { cause }), { code })

test.each<[string, unknown, string | undefined]>([
  ['nothing', undefined, undefined],
  ['a text', 'words', 'words'],
  ['an object', { a: 1 }, undefined],
  ['an error', new Error('words'), 'words'],
  ['a code', coded('words', 'ECONNREFUSED'), 'words (ECONNREFUSED)'],
  ['a code that the words have', coded('connect ECONNREFUSED', 'ECONNREFUSED'), 'connect ECONNREFUSED'],
  [
    'a chain',
    new Error('outer', { cause: coded('middle', 'X', new Error('inner')) }),
    'outer: middle (X): inner',
  ],
  ['the same words once more', new Error('it is away: no', { cause: new Error('no') }), 'it is away: no'],
  ['a refusal', new OAuthError('bad_gateway', 'x', { cause: new Error('no') }), 'bad_gateway: x: no'],
  [
    'an error of Auth.js',
    Object.assign(new Error('outer'), { cause: { err: new Error('in') } }),
    'outer: in',
  ],
  ['several attempts', new AggregateError([coded('one', 'A'), coded('two', 'B')]), 'one (A)'],
])('of %s the text is short and has no stack', (_, cause, expected) => {
  expect(causeText(cause)).toBe(expected)
})

test('it is never longer than 300 characters, nor without end', () => {
  const error = new Error('x'.repeat(10_000))
  expect(causeText(error)).toHaveLength(300)
  expect(causeText('x'.repeat(10_000))).toHaveLength(300)
  const circle = new Error('a')
  circle.cause = new Error('b', { cause: circle })
  expect(causeText(circle)).toBe('a: b: a: b: a: b')
})
