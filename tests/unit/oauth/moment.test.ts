import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { since, thisMoment } from '#lib/oauth/moment.ts'

beforeEach(() => void vi.useFakeTimers({ toFake: ['Date', 'performance'] }))
afterEach(() => void vi.useRealTimers())

const set = (seconds: number) => vi.setSystemTime(Date.now() + seconds * 1000)

test('a wall clock that is set back makes nothing younger', () => {
  const moment = thisMoment()
  vi.advanceTimersByTime(400_000)
  set(-300)
  expect(since(moment)).toBe(400_000)
  set(-600)
  expect(since(moment)).toBe(400_000)
})

test('a machine that slept, or a clock that is set forward, makes everything older', () => {
  const moment = thisMoment()
  set(300)
  expect(since(moment)).toBe(300_000)
  vi.advanceTimersByTime(10_000)
  expect(since(moment)).toBe(310_000)
})
