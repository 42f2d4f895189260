import { expect, test } from 'vitest'
import { FeedReaders } from '#lib/sessions/feed-readers.ts'

test('a client has 16 streams, beside those of others, and a closed one makes room', () => {
  const readers = new FeedReaders()
  const leave = Array.from({ length: 16 }, () => readers.enter('a'))
  expect(() => readers.enter('a')).toThrow('slow_down')
  readers.enter('b')
  leave[3]?.()
  readers.enter('a')
  expect(() => readers.enter('a')).toThrow('slow_down')
})
