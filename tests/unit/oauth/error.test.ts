import { expect, test } from 'vitest'
import { bearerChallenge } from '#lib/oauth/challenge.ts'
import { type ErrorCode, isOAuthError, OAuthError } from '#lib/oauth/error.ts'

test.each<[ErrorCode, number]>([
  ['invalid_request', 400],
  ['invalid_grant', 400],
  ['invalid_token', 401],
  ['unauthorized_client', 403],
  ['access_denied', 403],
  ['csrf', 403],
  ['not_found', 404],
  ['method_not_allowed', 405],
  ['payload_too_large', 413],
  ['misdirected_request', 421],
  ['slow_down', 429],
  ['server_error', 500],
  ['bad_gateway', 502],
  ['temporarily_unavailable', 503],
  ['gateway_timeout', 504],
])('%s goes out as %i', (code, status) => {
  expect(new OAuthError(code, 'a sentence').status).toBe(status)
})

test('a refusal made by another copy of the code is known by its shape', () => {
  const foreign = Object.assign(new Error('x'), { name: 'OAuthError', code: 'csrf', description: 'd' })
  expect(isOAuthError(foreign)).toBe(true)
  expect(isOAuthError(new OAuthError('csrf', 'd'))).toBe(true)
})

test.each([
  ['an error of another kind', new Error('OAuthError')],
  ['an error with a code', Object.assign(new Error('x'), { code: 'csrf' })],
  ['no error', { name: 'OAuthError', code: 'csrf' }],
  ['nothing', undefined],
  ['null', null],
])('%s is no refusal', (_, thrown) => {
  expect(isOAuthError(thrown)).toBe(false)
})

test('a call without credentials is challenged without an error', () => {
  expect(bearerChallenge()).toBe('Bearer')
})

test('the challenge for a refused token has code and description, which stay within their quotes', () => {
  expect(bearerChallenge({ code: 'invalid_token', description: 'say "x\\"' })).toBe(
    'Bearer error="invalid_token", error_description="say \'x\'\'"',
  )
})
