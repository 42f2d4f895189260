import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { LiveSession } from '#lib/db/sessions.ts'
import {
  type CachedSession,
  forgetSessions,
  newSessionCache,
  rememberSession,
} from '#lib/sessions/session-cache.ts'
import { newAccessTokenCache, rememberedAccessToken } from '#lib/tokens/access-token-cache.ts'

const now = new Date('2026-01-02T03:04:05Z')

beforeEach(() => {
  vi.useFakeTimers({ now, toFake: ['Date', 'performance'] })
})

afterEach(() => {
  vi.useRealTimers()
})

const seconds = (count: number) => Math.floor(Date.now() / 1000) + count

function seen(id: string, { ends = 3600, exp }: { ends?: number; exp?: number } = {}): CachedSession {
  const expiresAt = new Date(Date.now() + ends * 1000)
  const token = { sub: 'user', sid: id, ends: seconds(ends), ...(exp !== undefined && { exp: seconds(exp) }) }
  return { session: { id, expiresAt } as LiveSession, token }
}

test.each([
  ['five seconds', {}, 5],
  ['to its own end where that is sooner', { ends: 3 }, 3],
  ["to its cookie's end where that is sooner", { exp: 2 }, 2],
])('a session that was seen is taken so for %s, and no longer', (_, limits, lifetime) => {
  const cache = newSessionCache()
  rememberSession(cache, 'key', seen('one', limits))
  vi.advanceTimersByTime(lifetime * 1000 - 100)
  expect(cache.get('key')?.session.id).toBe('one')
  vi.advanceTimersByTime(200)
  expect(cache.get('key')).toBeUndefined()
})

test('a session whose end is over is not kept at all', () => {
  const cache = newSessionCache()
  rememberSession(cache, 'key', seen('one', { ends: -1 }))
  expect(cache.get('key')).toBeUndefined()
})

test('a session that ends is forgotten with every cookie that it came by, and no other', () => {
  const cache = newSessionCache()
  rememberSession(cache, 'old cookie', seen('one'))
  rememberSession(cache, 'new cookie', seen('one'))
  rememberSession(cache, 'another', seen('two'))
  forgetSessions(cache, ['one', 'unknown'])
  expect([...cache.keys()]).toEqual(['another'])
})

test('what is kept is bounded, however many sessions there are', () => {
  const cache = newSessionCache()
  for (let index = 0; index < 40_000; index++) rememberSession(cache, `key ${index}`, seen(`${index}`))
  expect(cache.size).toBeLessThanOrEqual(20_000)
  expect(cache.calculatedSize).toBeLessThanOrEqual(64 * 1024 * 1024)
  expect(cache.get('key 39999')).toBeDefined()
})

test('an access token that was read is good for a minute at most, and never beyond its own end', () => {
  const cache = newAccessTokenCache()
  cache.set('long', { accessToken: 'a', expiresAt: seconds(3600) })
  cache.set('short', { accessToken: 'b', expiresAt: seconds(15) })
  cache.set('of unknown end', { accessToken: 'c', expiresAt: undefined })
  const good = () => ['long', 'short', 'of unknown end'].map((id) => rememberedAccessToken(cache, id))
  expect(good()).toEqual(['a', 'b', 'c'])
  vi.advanceTimersByTime(11_000)
  expect(good()).toEqual(['a', undefined, 'c'])
  vi.advanceTimersByTime(50_000)
  expect(good()).toEqual([undefined, undefined, undefined])
})
