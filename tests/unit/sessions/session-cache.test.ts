import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { LiveSession } from '#lib/db/sessions.ts'
import { SessionCache } from '#lib/sessions/session-cache.ts'
import type { SessionToken } from '#lib/sessions/session-token.ts'

const now = new Date('2026-01-02T03:04:05Z')

beforeEach(() => {
  vi.useFakeTimers({ now, toFake: ['Date'] })
})

afterEach(() => {
  vi.useRealTimers()
})

const seconds = (count: number) => Math.floor(Date.now() / 1000) + count
const cookieOf = (sid: string, change: Partial<SessionToken> = {}): SessionToken => ({
  sub: 'user',
  sid,
  ends: seconds(3600),
  ...change,
})
const row = (id: string, tokenSetId: string | null = null) =>
  ({ id, tokenSetId, user: { id: 'user', name: 'Demo User' } }) as LiveSession

test('an opened cookie is known for a minute at most, and never beyond its end', () => {
  const cache = new SessionCache()
  cache.keepCookie('good', cookieOf('one'))
  cache.keepCookie('short', cookieOf('one', { exp: seconds(2) }))
  expect(cache.cookie('good')?.sid).toBe('one')
  expect(cache.cookie('short')?.sid).toBe('one')
  vi.setSystemTime(Date.now() + 2_000)
  expect(cache.cookie('good')?.sid).toBe('one')
  expect(cache.cookie('short')).toBeUndefined()
  expect(cache.cookie('never seen')).toBeUndefined()
  vi.setSystemTime(Date.now() + 59_000)
  expect(cache.cookie('good')).toBeUndefined()
})

test('a clock that is set back keeps no cookie and no web nonce for longer than a minute', () => {
  vi.useFakeTimers({ now, toFake: ['Date', 'performance'] })
  const cache = new SessionCache()
  cache.keepCookie('cookie', cookieOf('one'))
  cache.keepWebNonce('web nonce', 'two')
  vi.advanceTimersByTime(40_000)
  vi.setSystemTime(Date.now() - 30_000)
  expect([cache.cookie('cookie')?.sid, cache.sidOf('web nonce')]).toEqual(['one', 'two'])
  vi.advanceTimersByTime(21_000)
  expect([cache.cookie('cookie'), cache.sidOf('web nonce')]).toEqual([undefined, undefined])
})

test('of parallel readers of one row one asks, and all get what it was told', async () => {
  const cache = new SessionCache()
  const find = vi.fn(async () => row('one'))
  const all = await Promise.all(Array.from({ length: 20 }, () => cache.read('one', find)))
  expect(find).toHaveBeenCalledTimes(1)
  expect(new Set(all)).toEqual(new Set([row('one')]))
  expect(cache.held('one')).toMatchObject({ session: row('one'), usedAt: undefined })
})

test('a failure is not kept: the next reader asks again', async () => {
  const cache = new SessionCache()
  await expect(cache.read('one', () => Promise.reject(new Error('away')))).rejects.toThrow('away')
  expect(cache.held('one')).toBeUndefined()
  expect(await cache.read('one', async () => row('one'))).toEqual(row('one'))
})

test('that a session has ended is kept as well', async () => {
  const cache = new SessionCache()
  await cache.read('one', async () => undefined)
  expect(cache.held('one')).toMatchObject({ session: undefined, usedAt: undefined })
})

test('an ended session is forgotten with its row and all its cookies, and no other session is', async () => {
  const cache = new SessionCache()
  for (const [digest, sid] of [
    ['old cookie', 'one'],
    ['new cookie', 'one'],
    ['another', 'two'],
  ] as const)
    cache.keepCookie(digest, cookieOf(sid))
  for (const sid of ['one', 'two']) await cache.read(sid, async () => row(sid))
  cache.forget(['one', 'unknown'])
  expect(['old cookie', 'new cookie', 'another'].map((digest) => cache.cookie(digest)?.sid)).toEqual([
    undefined,
    undefined,
    'two',
  ])
  expect(cache.held('one')).toBeUndefined()
  expect(cache.held('two')).toBeDefined()
})

test('what was read while its session ended is not kept: it may be of a moment before', async () => {
  const cache = new SessionCache()
  const answer = Promise.withResolvers<LiveSession>()
  const early = cache.read('one', () => answer.promise)
  cache.forget(['one'])
  const late = cache.read('one', async () => undefined)
  answer.resolve(row('one'))
  expect(await early).toEqual(row('one'))
  expect(await late).toBeUndefined()
  expect(cache.held('one')).toMatchObject({ session: undefined, usedAt: undefined })
})

test('when a token set has failed, the rows that show it are read again', async () => {
  const cache = new SessionCache()
  for (const [sid, tokenSetId] of [
    ['one', 'set'],
    ['child', 'set'],
    ['two', 'other'],
    ['none', null],
  ] as const)
    await cache.read(sid, async () => row(sid, tokenSetId))
  cache.forgetRowsOf(['set'])
  expect(['one', 'child', 'two', 'none'].map((sid) => cache.held(sid) !== undefined)).toEqual([
    false,
    false,
    true,
    true,
  ])
})

test('what is kept is bounded by bytes, however many sessions there are', async () => {
  const cache = new SessionCache()
  const image = 'x'.repeat(4_096)
  for (let index = 0; index < 80_000; index++) {
    cache.keepCookie(`digest ${index}`, cookieOf(`${index}`, { accessToken: image }))
    const read = row(`${index}`)
    await cache.read(`${index}`, async () => ({ ...read, user: { ...read.user, image } }))
  }
  const known = Array.from({ length: 80_000 }, (_, index) => index)
  // 64 MiB of entries of 5 and of 9 KiB.
  expect(known.filter((index) => cache.cookie(`digest ${index}`)).length).toBeLessThanOrEqual(13_200)
  expect(known.filter((index) => cache.held(`${index}`)).length).toBeLessThanOrEqual(7_400)
  expect(cache.cookie('digest 79999')).toBeDefined()
})

test('50,000 usual sessions are kept, without a cliff at any round number', async () => {
  const cache = new SessionCache()
  for (let index = 0; index < 50_000; index++) {
    cache.keepCookie(`digest ${index}`, cookieOf(`${index}`))
    await cache.read(`${index}`, async () => row(`${index}`))
  }
  expect(cache.cookie('digest 0')).toBeDefined()
  expect(cache.held('0')).toBeDefined()
})
