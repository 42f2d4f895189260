// @vitest-environment happy-dom
import type { HandOffStatus } from '@baton/client'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { failure } from '../src/failure.ts'
import { watchHandOff } from '../src/watch-hand-off.ts'

beforeEach(() => vi.useFakeTimers())
afterEach(() => {
  vi.useRealTimers()
  vi.restoreAllMocks()
})

type Answer = string | Error

/** Watches a hand-off whose status is each of these in turn, and then the last one. */
function watching(...answers: Answer[]) {
  let asked = 0
  const told: string[] = []
  const ask = async (): Promise<HandOffStatus> => {
    const answer = answers[Math.min(asked++, answers.length - 1)] ?? ''
    if (answer instanceof Error) throw answer
    return { state: answer }
  }
  const stop = watchHandOff(ask, ({ state }) => told.push(state))
  return { told, stop, asked: () => asked }
}

/** Lets the time of so many questions go by. */
const goOn = (turns: number) => vi.advanceTimersByTimeAsync(turns * 2000)

test.each(['denied', 'cancelled', 'spent', 'expired'])('after %s nothing is asked', async (end) => {
  const { told, asked } = watching('waiting', 'opened', 'asking', 'approved', end)
  await goOn(20)
  window.dispatchEvent(new Event('focus'))
  expect([told, asked()]).toEqual([['waiting', 'opened', 'asking', 'approved', end], 5])
})

test('the same status is told once', async () => {
  const { told, asked, stop } = watching('waiting', 'opened', 'opened', 'asking')
  await goOn(10)
  expect([told, asked()]).toEqual([['waiting', 'opened', 'asking'], 10])
  stop()
})

test('a watch that is stopped asks and tells no more, whatever is on its way', async () => {
  const { told, asked, stop } = watching('waiting')
  await goOn(1)
  window.dispatchEvent(new Event('focus'))
  stop()
  await goOn(10)
  window.dispatchEvent(new Event('focus'))
  expect([told, asked()]).toEqual([['waiting'], 2])
})

test('a hidden page asks when somebody comes back to it', async () => {
  const hidden = vi.spyOn(document, 'hidden', 'get').mockReturnValue(true)
  const { told, asked, stop } = watching('asking')
  await goOn(10)
  expect(asked()).toBe(0)
  hidden.mockReturnValue(false)
  document.dispatchEvent(new Event('visibilitychange'))
  window.dispatchEvent(new Event('focus'))
  await goOn(0)
  expect([told, asked()]).toEqual([['asking'], 1])
  stop()
})

test.each([
  ['network', failure('network', 'none')],
  ['503', failure('refused', 'away', { status: 503, error: 'temporarily_unavailable' })],
  ['429', failure('refused', 'too many', { status: 429, error: 'slow_down' })],
  ['a gateway', failure('unsupported_response', 'a page', { status: 502 })],
])('without an answer it is asked again (%s)', async (_, error) => {
  const { told, stop } = watching('opened', error, error, 'asking')
  await goOn(4)
  expect(told).toEqual(['opened', 'asking'])
  stop()
})

test.each([
  ['signed_out', failure('signed_out', 'nobody', { status: 401 })],
  ['refused', failure('refused', 'none', { status: 404, error: 'not_found' })],
  ['unsupported_response', failure('unsupported_response', 'a page', { status: 200 })],
])('an answer that will be no other is the last one (%s)', async (_, error) => {
  const { told, asked } = watching('opened', error)
  await goOn(10)
  expect([told, asked()]).toEqual([['opened'], 2])
})
