import { expect, test } from 'vitest'
import { Pauses } from '#lib/workers/pauses.ts'

test('pauses grow from a second to half a minute while workers die young', () => {
  const pauses = new Pauses()
  const after = Array.from({ length: 8 }, () => pauses.after(100))
  expect(after).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000])
})

test('after a worker that has lived for a minute they begin anew', () => {
  const pauses = new Pauses()
  for (let death = 0; death < 5; death++) pauses.after(59_999)
  expect([pauses.after(60_000), pauses.after(0)]).toEqual([1_000, 2_000])
})
