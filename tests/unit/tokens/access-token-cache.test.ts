import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { newAccessTokenCache, rememberAccessToken } from '#lib/tokens/access-token-cache.ts'
import { isAlive, isDue } from '#lib/tokens/token-set.ts'

beforeEach(() => void vi.useFakeTimers({ toFake: ['Date', 'performance'] }))
afterEach(() => void vi.useRealTimers())

const set = (seconds: number) => vi.setSystemTime(Date.now() + seconds * 1000)
const pass = (seconds: number) => vi.advanceTimersByTime(seconds * 1000)
const now = () => Date.now() / 1000

/** A process; it reads what was stored `age` seconds ago. */
function processThatKnows() {
  const cache = newAccessTokenCache()
  return (tokens: { accessToken?: string; expiresAt?: number; lifetime?: number }, age = 0, version = 0) =>
    rememberAccessToken('set', { accessToken: 'at', ...tokens }, { age, version }, cache)
}

test.each([
  ['set back after its issue', 0, -300],
  ['wrong at its issue, and put right', 300, -300],
  ['right all the time', 0, 0],
])('an access token of 60 seconds is over after 60 seconds, with a clock that is %s', (_, first, then) => {
  set(first)
  const known = processThatKnows()({ expiresAt: now() + 60, lifetime: 60 })
  set(then)
  pass(53)
  expect(isDue(known)).toBe(false)
  pass(2)
  expect([isDue(known), isAlive(known)]).toEqual([true, true])
  pass(6)
  expect(isAlive(known)).toBe(false)
})

test('after a sleep of the machine, which no monotonic clock counts, the wall clock ends it', () => {
  const known = processThatKnows()({ expiresAt: now() + 60, lifetime: 60 })
  set(61)
  expect(isAlive(known)).toBe(false)
})

test.each([
  ['a minute ago', 61, true],
  ['just now', 1, false],
  ['in the future, as its clock was set back', -240, true],
])("one that the database's clock has stored %s is due: %s", (_, age, expected) => {
  const known = processThatKnows()({ expiresAt: now() + 360, lifetime: 60 }, age)
  expect(isDue(known)).toBe(expected)
})

test('to read it again does not make it younger, and a refreshed one is young', () => {
  const read = processThatKnows()
  const tokens = { expiresAt: now() + 60, lifetime: 60 }
  read(tokens)
  set(-300)
  pass(61)
  expect(isAlive(read(tokens))).toBe(false)
  // Some providers extend the same access token.
  expect(isAlive(read({ expiresAt: now() + 60, lifetime: 60 }, 0, 1))).toBe(true)
  expect(isAlive(read({ ...tokens, accessToken: 'another' }, 0, 1))).toBe(true)
})

test('one without a known expiry is never due', () => {
  const known = processThatKnows()({}, 1_000_000)
  expect([isDue(known), isAlive(known)]).toEqual([false, true])
})
