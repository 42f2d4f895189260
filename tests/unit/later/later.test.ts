import { setImmediate as endOfTurn } from 'node:timers/promises'
import { expect, test, vi } from 'vitest'
import { askTogether } from '#lib/later/ask-together.ts'
import { gather } from '#lib/later/gather.ts'
import { whenThere } from '#lib/later/later.ts'

test('what is there goes on at once, and what comes later when it comes', async () => {
  expect(whenThere(1, (value) => value + 1)).toBe(2)
  const later = whenThere(Promise.resolve(1), (value) => value + 1)
  expect(later).toBeInstanceOf(Promise)
  expect(await later).toBe(2)
  await expect(whenThere(Promise.reject(new Error('lost')), () => 1)).rejects.toThrow('lost')
})

test('questions of one turn are asked together, and each gets its own answer', async () => {
  const asked: number[][] = []
  const ask = askTogether(async (keys: number[]) => {
    asked.push(keys)
    return keys.map((key) => key * 10)
  })
  expect(await Promise.all([1, 2, 2, 3].map(ask))).toEqual([10, 20, 20, 30])
  expect(await ask(4)).toBe(40)
  expect(asked).toEqual([[1, 2, 2, 3], [4]])
  const many = await Promise.all(Array.from({ length: 250 }, (_, index) => ask(index)))
  expect(many).toEqual(Array.from({ length: 250 }, (_, index) => index * 10))
  expect(asked.slice(2).map(({ length }) => length)).toEqual([100, 100, 50])
})

test('a question that fails fails for all who asked it together, and not for those after', async () => {
  let isAway = true
  const ask = askTogether(async (keys: number[]) => {
    if (isAway) throw new Error('away')
    return keys
  })
  expect((await Promise.allSettled([ask(1), ask(2)])).map(({ status }) => status)).toEqual([
    'rejected',
    'rejected',
  ])
  isAway = false
  await endOfTurn()
  expect(await ask(3)).toBe(3)
})

test('what is gathered is handed over at the end, which waits for it', async () => {
  const done: number[][] = []
  const { add, finish } = gather<number>(3, async (items) => {
    await endOfTurn()
    done.push(items)
  })
  add([1])
  add([2])
  await finish()
  expect(done).toEqual([[1, 2]])
  await finish()
  expect(done).toHaveLength(1)
})

test('what comes within a moment is handed over together, and many at once go on alone', () => {
  vi.useFakeTimers()
  try {
    const given: number[][] = []
    const { add } = gather<number>(3, async (items) => void given.push(items))
    add([])
    add([1])
    add([2])
    add([7, 8, 9])
    expect(given).toEqual([[7, 8, 9]])
    add([3])
    add([4])
    vi.runAllTimers()
    expect(given.slice(1)).toEqual([[1, 2, 3], [4]])
    add([5])
    vi.runAllTimers()
    expect(given.at(-1)).toEqual([5])
  } finally {
    vi.useRealTimers()
  }
})
