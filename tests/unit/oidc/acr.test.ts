import { expect, test } from 'vitest'
import { nonceAcr, requestedNonceAcr } from '#lib/oidc/interaction/acr.ts'
import { configOf } from '../../support/config.ts'

const alias = 'urn:se:curity:authentication:nonce:nonce1'
const config = await configOf({ file: { handoff: { acrAliases: [alias] } } })
const asks = (change: Record<string, string | undefined> = {}) =>
  requestedNonceAcr({ acr_values: nonceAcr, prompt: 'login', login_hint_token: 'x', ...change }, config)

test('a request asks for the nonce authenticator by its name or an alias, among other values too', () => {
  expect(asks()).toBe(nonceAcr)
  expect(asks({ acr_values: `1 ${nonceAcr} 2` })).toBe(nonceAcr)
  expect(asks({ acr_values: alias })).toBe(alias)
  expect(asks({ prompt: 'consent login' })).toBe(nonceAcr)
})

test.each([
  { login_hint_token: '' },
  { login_hint_token: undefined },
  { acr_values: undefined },
  { acr_values: `${nonceAcr}x` },
  { acr_values: 'urn:other' },
  { prompt: undefined },
  { prompt: 'none' },
  { prompt: 'loginx' },
])('with %j it is an ordinary request', (change) => {
  expect(asks(change)).toBeUndefined()
})
