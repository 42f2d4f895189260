import { expect, test } from 'vitest'
import { authenticationMethods, authenticationTime } from '#lib/id-tokens/authentication.ts'

test.each<[amr: unknown, methods: string[]]>([
  [
    ['pwd', 'otp'],
    ['pwd', 'otp'],
  ],
  ['pwd', ['pwd']],
  [undefined, []],
  [null, []],
  [[], []],
  [['pwd', 7, null, { x: 1 }, ['otp']], ['pwd']],
  [['', 'a\0b', 'a'.repeat(65), 'mfa'], ['mfa']],
])('of amr %j the methods are %j', (amr, methods) => {
  expect(authenticationMethods({ amr })).toEqual(methods)
})

test('an amr of any length is cut', () => {
  expect(authenticationMethods({ amr: Array(1000).fill('pwd') })).toHaveLength(16)
})

test.each([undefined, null, '1700000000', -1, Number.NaN, true, [1]])(
  'an auth_time that cannot be is none: %j',
  (value) => {
    expect(authenticationTime({ auth_time: value })).toBeNull()
  },
)

test('auth_time is in seconds', () => {
  expect(authenticationTime({ auth_time: 1_700_000_000 })).toEqual(new Date('2023-11-14T22:13:20Z'))
})

test.each([Date.now(), Number.MAX_SAFE_INTEGER, Number.POSITIVE_INFINITY])(
  'nobody authenticates in the future: %d is taken as now',
  (value) => {
    const time = authenticationTime({ auth_time: value })
    expect(time?.getTime()).toBeLessThanOrEqual(Date.now())
  },
)
