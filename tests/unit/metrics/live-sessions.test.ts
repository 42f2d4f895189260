import { expect, onTestFinished, test, vi } from 'vitest'
import { LiveSessions } from '#lib/metrics/live-sessions.ts'

/** A database that is asked for rows; `answer` settles what was asked last. */
function asked(now: () => Promise<object[]>) {
  const questions: Promise<object[]>[] = []
  const $prepared = async <Row>() => {
    const rows = now()
    questions.push(rows)
    return (await rows) as Row[]
  }
  return { live: new LiveSessions({ $prepared }), questions }
}

function useFakeClock(): void {
  vi.useFakeTimers()
  onTestFinished(() => void vi.useRealTimers())
}

const rows = [{ kind: 'browser', sessions: 3 }]

test('however often somebody asks, the database is asked once in 15 seconds', async () => {
  useFakeClock()
  const { live, questions } = asked(async () => rows)
  const all = await Promise.all(Array.from({ length: 10 }, () => live.counts()))
  expect(all).toEqual(Array.from({ length: 10 }, () => rows))
  await vi.advanceTimersByTimeAsync(14_900)
  expect(await live.counts()).toEqual(rows)
  expect(questions).toHaveLength(1)
  await vi.advanceTimersByTimeAsync(100)
  await live.counts()
  expect(questions).toHaveLength(2)
})

test('a database that hangs holds up nobody, and is not asked again meanwhile', async () => {
  useFakeClock()
  const { live, questions } = asked(() => new Promise(() => {}))
  for (let time = 0; time < 3; time++) {
    const counts = live.counts()
    await vi.advanceTimersByTimeAsync(20_000)
    expect(await counts).toBeUndefined()
  }
  expect(questions).toHaveLength(1)
})

test('where the database fails there is no number, rather than an old one', async () => {
  useFakeClock()
  let isAway = false
  const { live } = asked(async () => {
    if (isAway) throw new Error('away')
    return rows
  })
  expect(await live.counts()).toEqual(rows)
  isAway = true
  await vi.advanceTimersByTimeAsync(15_000)
  expect(await live.counts()).toBeUndefined()
})
