import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { isServerNonce, serverNonce } from '#lib/dpop/server-nonce.ts'

const secrets = ['the secret of all instances, for now'] as const

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

test('a nonce is good for less than a minute, at every instance with the secret', () => {
  const nonce = serverNonce(secrets)
  expect(isServerNonce(nonce, [...secrets])).toBe(true)
  vi.advanceTimersByTime(40_000)
  expect(isServerNonce(nonce, secrets)).toBe(true)
  vi.advanceTimersByTime(20_000)
  expect(isServerNonce(nonce, secrets)).toBe(false)
})

test('a process that has just started takes no nonce of before', () => {
  const nonce = serverNonce(secrets)
  const now = Math.floor(Date.now() / 1000)
  expect(isServerNonce(nonce, secrets, now)).toBe(true)
  expect(isServerNonce(nonce, secrets, now + 1)).toBe(false)
})

test('the clocks of two instances may differ by some seconds, not by more', () => {
  const nonce = serverNonce(secrets)
  vi.setSystemTime(Date.now() - 9_000)
  expect(isServerNonce(nonce, secrets)).toBe(true)
  vi.setSystemTime(Date.now() - 3_000)
  expect(isServerNonce(nonce, secrets)).toBe(false)
})

test('a secret that is replaced is good as long as it is listed', () => {
  const nonce = serverNonce(secrets)
  expect(isServerNonce(nonce, ['the secret that came after it', ...secrets])).toBe(true)
  expect(isServerNonce(nonce, ['the secret that came after it'])).toBe(false)
})

test('what Baton has not made is no nonce', () => {
  const bytes = Buffer.from(serverNonce(secrets), 'base64url')
  for (let at = 0; at < bytes.length; at++) {
    const other = Buffer.from(bytes)
    other.writeUInt8(other.readUInt8(at) ^ 1, at)
    expect(isServerNonce(other.toString('base64url'), secrets)).toBe(false)
  }
  for (const text of ['', 'x', `${serverNonce(secrets)}=`, `${serverNonce(secrets)}AA`, 'x'.repeat(1000)])
    expect(isServerNonce(text, secrets)).toBe(false)
})
