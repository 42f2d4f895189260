import { expect, test, vi } from 'vitest'
import { OpenStreams } from '#lib/sessions/open-streams.ts'

const stream = () => ({ breakOff: vi.fn(), leave: vi.fn() })

test('a stop ends each stream once, and one that begins after it as well', async () => {
  const streams = new OpenStreams()
  const [open, over, late] = [stream(), stream(), stream()]
  streams.add('a', open)
  streams.add('a', over)()
  streams.leave()
  streams.add('b', late)
  await Promise.resolve()
  expect([open, over, late].map(({ leave }) => leave.mock.calls.length)).toEqual([1, 0, 1])
})

test('the end of a session breaks off its own streams alone', () => {
  const streams = new OpenStreams()
  const [own, other] = [stream(), stream()]
  streams.add('a', own)
  streams.add('b', other)
  streams.breakOff(['a', 'c'])
  expect([own, other].map(({ breakOff }) => breakOff.mock.calls.length)).toEqual([1, 0])
  streams.breakOffAll()
  expect(other.breakOff).toHaveBeenCalledOnce()
})
