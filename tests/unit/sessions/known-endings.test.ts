import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { KnownEndings } from '#lib/sessions/known-endings.ts'

beforeEach(() => void vi.useFakeTimers({ toFake: ['Date'] }))
afterEach(() => void vi.useRealTimers())

const pass = (milliseconds: number) => vi.setSystemTime(Date.now() + milliseconds)

test('an ending is new once, and known for as long as a generation lasts', () => {
  const known = new KnownEndings()
  expect([known.add('a'), known.add('a')]).toEqual([true, false])
  known.age(1000)
  pass(1000)
  known.age(1000)
  expect([known.add('a'), known.add('b')]).toEqual([false, true])
  pass(999)
  known.age(1000)
  expect(known.add('a')).toBe(false)
  pass(1)
  known.age(1000)
  expect([known.add('b'), known.add('a')]).toEqual([false, true])
})

test('it keeps 250,000 endings at least and 500,000 at most, whatever their age', () => {
  const known = new KnownEndings()
  for (let index = 0; index <= 500_000; index++) known.add(String(index))
  expect(known.add('250000')).toBe(false)
  expect(known.add('0')).toBe(true)
})
