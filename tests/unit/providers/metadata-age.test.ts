import { afterEach, beforeEach, expect, onTestFinished, test, vi } from 'vitest'
import { discover, type MetadataCache } from '#lib/providers/metadata.ts'
import { startIssuer } from '../../support/issuer.ts'

beforeEach(() => void vi.useFakeTimers({ toFake: ['Date', 'performance'] }))
afterEach(() => void vi.useRealTimers())

test('metadata are read again after an hour, also with a clock that was set back', async () => {
  const { url, requests, switchOff } = await startIssuer([])
  onTestFinished(switchOff)
  const cache: MetadataCache = new Map()
  const ask = () => discover(cache, { issuer: url, endpoints: {}, plainHttp: false })
  await ask()
  vi.advanceTimersByTime(3_590_000)
  vi.setSystemTime(Date.now() - 300_000)
  await ask()
  expect(requests.metadata).toBe(1)
  vi.advanceTimersByTime(11_000)
  await ask()
  expect(requests.metadata).toBe(2)
})
