import { exportJWK, generateKeyPair } from 'jose'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { Database } from '#lib/db/database.ts'
import type { LiveSession } from '#lib/db/sessions.ts'
import type { Hooks } from '#lib/hooks/hooks.ts'
import { issueAccessToken, newIssuedAccessTokens } from '#lib/oidc/access-tokens.ts'
import { readableLog } from '../../support/log.ts'

beforeEach(() => void vi.useFakeTimers({ toFake: ['Date', 'performance'] }))
afterEach(() => void vi.useRealTimers())

const { privateKey } = await generateKeyPair('RS256', { extractable: true })
const key = { ...(await exportJWK(privateKey)), kid: 'key' }
const session = {
  id: 'sid',
  user: { id: 'u-1', name: null, email: null },
  amr: [],
  authTime: new Date(),
} as object

function issuer(hooks: Hooks = {}, issuedAccessTokens = newIssuedAccessTokens()) {
  const needs = {
    oidc: { issuer: 'https://baton.test/oidc', signingKey: () => key as never },
    config: { url: 'https://baton.test', secrets: ['x'.repeat(32)] as [string] },
    issuedAccessTokens,
    hooks,
    db: { $prepared: async () => [{ issuer: 'op', subject: 's', claims: null }] } as unknown as Database,
    log: readableLog().log,
  }
  return () => issueAccessToken(session as LiveSession, 'https://api.test', needs)
}

test('a token that Baton issues is used for four minutes of its five', async () => {
  const issue = issuer()
  const first = await issue()
  vi.advanceTimersByTime(239_000)
  expect(await issue()).toBe(first)
  vi.advanceTimersByTime(2_000)
  expect(await issue()).not.toBe(first)
})

test.each([
  ['behind', 300],
  ['ahead', -300],
])('one that was issued while the clock was %s is issued again once that is put right', async (_, put) => {
  const issue = issuer()
  const first = await issue()
  vi.setSystemTime(Date.now() + put * 1000)
  expect(await issue()).not.toBe(first)
})

test('a clock that was set back a little makes no token last longer', async () => {
  const issue = issuer()
  const first = await issue()
  vi.advanceTimersByTime(200_000)
  vi.setSystemTime(Date.now() - 150_000)
  expect(await issue()).toBe(first)
  vi.advanceTimersByTime(41_000)
  expect(await issue()).not.toBe(first)
})

test('calls that come while a token is issued get the same one', async () => {
  const issue = issuer()
  const [first, ...others] = await Promise.all([issue(), issue(), issue()])
  expect(new Set([first, ...others])).toEqual(new Set([first]))
  expect(await issue()).toBe(first)
})

test('a token that could not be issued is kept for nobody', async () => {
  const issuedAccessTokens = newIssuedAccessTokens()
  const claims = () => {
    throw new Error('the directory is away')
  }
  await expect(issuer({ claims }, issuedAccessTokens)()).rejects.toThrow('cannot be issued')
  expect(issuedAccessTokens.size).toBe(0)
})
