import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { Limit } from '#lib/limits/limit.ts'
import { readableLog } from '../../support/log.ts'

beforeEach(() => void vi.useFakeTimers({ toFake: ['Date', 'performance'] }))
afterEach(() => void vi.useRealTimers())

function limitOf(settings: { max?: number; seconds?: number; mostKeys?: number } = {}) {
  const { log, text } = readableLog()
  const limit = new Limit({ name: 'test', max: 3, seconds: 60, log, ...settings })
  /** Whether each of so many was taken. */
  const take = async (key: string, times = 1) => {
    const taken: boolean[] = []
    for (let time = 0; time < times; time++)
      taken.push(
        await limit.take(key).then(
          () => true,
          () => false,
        ),
      )
    return taken
  }
  return { limit, take, text }
}

test('beyond the limit a key is told to slow down, until its window has ended', async () => {
  const { limit, take } = limitOf()
  expect(await take('a', 4)).toEqual([true, true, true, false])
  expect(await take('b')).toEqual([true])
  vi.advanceTimersByTime(20_500)
  await expect(limit.take('a')).rejects.toMatchObject({ code: 'slow_down', options: { retryAfter: 40 } })
  vi.advanceTimersByTime(39_500)
  expect(await take('a', 4)).toEqual([true, true, true, false])
})

test('what is refused is not counted', async () => {
  const { limit, take } = limitOf()
  expect(await take('a', 20)).toEqual([true, true, true, ...Array(17).fill(false)])
  await limit.giveBack('a', 1)
  expect(await take('a', 2)).toEqual([true, false])
})

test('what is given back may be taken again, and no more than was taken', async () => {
  const { limit, take } = limitOf()
  await take('a', 2)
  await limit.giveBack('a', 5)
  expect(await take('a', 4)).toEqual([true, true, true, false])
  await limit.giveBack('unknown', 1)
  expect(await take('unknown', 4)).toEqual([true, true, true, false])
})

test('a look whether there is room counts nothing', async () => {
  const { limit, take } = limitOf()
  for (let look = 0; look < 10; look++) await limit.requireRoom('a')
  await take('a', 2)
  await limit.requireRoom('a')
  await take('a')
  await expect(limit.requireRoom('a')).rejects.toMatchObject({ code: 'slow_down' })
})

test('a clock that is set back makes no window longer', async () => {
  const { take } = limitOf()
  await take('a', 4)
  vi.setSystemTime(Date.now() - 3_600_000)
  vi.advanceTimersByTime(60_000)
  expect(await take('a')).toEqual([true])
})

test('of more keys than are remembered the one used least is forgotten', async () => {
  const { take } = limitOf({ max: 1, mostKeys: 2 })
  await take('a')
  await take('b')
  await take('a')
  await take('c')
  expect(await take('a')).toEqual([false])
  expect(await take('b')).toEqual([true])
})

test('the log says once for each key and window that a limit was reached', async () => {
  const { take, text } = limitOf()
  await take('a', 50)
  expect(text().split('a limit was reached')).toHaveLength(2)
})
