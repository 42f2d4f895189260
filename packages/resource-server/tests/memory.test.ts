import { expect, test } from 'vitest'
import type { Session } from '../src/caller.ts'
import { reconnectDelay } from '../src/reconnect-delay.ts'
import { createRevokedSids } from '../src/revoked-sids.ts'
import { cacheKey, createSessionCache } from '../src/session-cache.ts'

const seen = (sid: string) => ({
  session: { sid } as Session,
  askedAt: 0,
  freshFor: 5000,
  generation: undefined,
})

test('the cache is bounded and drops the least recently used entry first', () => {
  const cache = createSessionCache(2)
  cache.set('a', seen('1'))
  cache.set('b', seen('2'))
  cache.get('a')
  cache.set('c', seen('3'))
  expect(['a', 'b', 'c'].map((key) => cache.get(key)?.session.sid)).toEqual(['1', undefined, '3'])
  expect(cache.size).toBe(2)
})

test('a session is dropped under all its web nonces, and no other session is', () => {
  const cache = createSessionCache()
  for (const [key, sid] of ['11', '21', '32'].map((pair) => [...pair] as [string, string]))
    cache.set(key, seen(sid))
  cache.dropSid('1')
  expect(['1', '2', '3'].map((key) => cache.get(key) !== undefined)).toEqual([false, false, true])
})

test('the cache holds only the SHA-256 of a web nonce', () => {
  expect(cacheKey('abc')).toBe('ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0')
})

test('a revoked session is remembered longer than its JWTs live, then forgotten', () => {
  let time = 0
  const revoked = createRevokedSids(() => time)
  revoked.add('one')
  time = 310_000
  expect(revoked.has('one')).toBe(true)
  expect(revoked.has('another')).toBe(false)
  time = 330_000
  expect(revoked.has('one')).toBe(false)
  revoked.add('two')
  expect(revoked.size).toBe(1)
})

test('a session reported again is remembered from then on, and does not delay others', () => {
  let time = 0
  const revoked = createRevokedSids(() => time)
  revoked.add('one')
  revoked.add('two')
  time = 200_000
  revoked.add('one')
  time = 340_000
  revoked.add('three')
  expect(revoked.has('one')).toBe(true)
  expect(revoked.size).toBe(2)
})

test('the memory of revoked sessions is bounded', () => {
  const revoked = createRevokedSids(() => 0, 10)
  for (let index = 0; index < 100; index++) revoked.add(String(index))
  expect(revoked.size).toBe(10)
  expect(revoked.has('99')).toBe(true)
})

test('attempts to reconnect are 1 to 30 seconds apart and random', () => {
  for (let failures = 0; failures < 40; failures++) {
    const delays = Array.from({ length: 50 }, () => reconnectDelay(failures))
    expect(Math.min(...delays)).toBeGreaterThanOrEqual(1000)
    expect(Math.max(...delays)).toBeLessThanOrEqual(Math.min(2 ** (failures + 1) * 1000, 30_000))
    expect(new Set(delays).size).toBeGreaterThan(1)
  }
})

test('a server may ask for another delay within 1 to 30 seconds', () => {
  expect(reconnectDelay(0, 10_000)).toBe(10_000)
  expect(reconnectDelay(0, 0)).toBeGreaterThanOrEqual(1000)
  expect(reconnectDelay(0, 1e12)).toBe(30_000)
})
