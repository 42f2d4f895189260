import { expect, test } from 'vitest'
import { growth, type Sample } from '../../soak/verdict.ts'

const MB = 1024 * 1024
const samples = (change: (index: number) => Partial<Sample>) =>
  Array.from({ length: 24 }, (_, index) => ({
    ...{ heap: 80 * MB, external: 10 * MB, descriptors: 60 },
    ...change(index),
  }))

test('what stays as it is, or grows as caches do at first, has not grown without end', () => {
  expect(
    growth(
      samples(() => ({})),
      { nonces: 0, users: 20 },
    ),
  ).toEqual([])
  expect(
    growth(
      samples((index) => ({ heap: (60 + Math.min(index, 6) * 5) * MB })),
      {},
    ),
  ).toEqual([])
})

test.each<[string, (index: number) => Partial<Sample>]>([
  ['heap', (index) => ({ heap: (80 + index * 4) * MB })],
  ['external', (index) => ({ external: (10 + index * 4) * MB })],
  ['descriptors', (index) => ({ descriptors: 60 + index * 10 })],
])('%s that goes on growing is told', (what, change) => {
  expect(growth(samples(change), {})).toEqual([expect.stringContaining(`${what} has grown`)])
})

test('a table that no sweep has emptied is told', () => {
  expect(
    growth(
      samples(() => ({})),
      { sessions: 4000 },
    ),
  ).toEqual(['4000 rows of sessions stay that are over'])
})
