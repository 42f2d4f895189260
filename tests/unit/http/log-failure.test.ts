import { expect, onTestFinished, test, vi } from 'vitest'
import { errorAnswer } from '#lib/http/error-answer.ts'
import { logFailure } from '#lib/http/log-failure.ts'
import { OAuthError } from '#lib/oauth/error.ts'
import { readableLog } from '../../support/log.ts'

const stopped = () => Object.assign(new Error('words of the database'), { code: '57P01' })

test("the database's own words are logged once a minute for each kind of failure", () => {
  vi.useFakeTimers({ toFake: ['performance', 'Date'] })
  onTestFinished(() => void vi.useRealTimers())
  const { log, text } = readableLog()
  const words = () => text().split('"words of the database"').length - 1
  for (let call = 0; call < 50; call++) logFailure(log, 'request.failed', { err: stopped() })
  expect(words()).toBe(1)
  expect(text().split('a request failed').length - 1).toBe(50)
  logFailure(log, 'request.failed', { err: Object.assign(stopped(), { code: '53300' }) })
  expect(words()).toBe(2)
  vi.advanceTimersByTime(61_000)
  logFailure(log, 'request.failed', { err: stopped() })
  expect(words()).toBe(3)
})

test('a failure of another server is told each time, in short, though the database has its code too', () => {
  const { log, text } = readableLog()
  for (let call = 0; call < 3; call++) {
    const cause = Object.assign(new Error('words of a backend'), { code: 'ECONNREFUSED' })
    errorAnswer(new OAuthError('bad_gateway', 'the backend could not be reached', { cause }), log)
  }
  expect(text().split('"reason":"words of a backend (ECONNREFUSED)"').length - 1).toBe(3)
  expect(text()).not.toMatch(/"database"|"stack"/)
})
