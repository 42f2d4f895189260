import { expect, test } from 'vitest'
import { isAlive, isDue } from '#lib/tokens/token-set.ts'

const now = () => Date.now() / 1000

test.each([
  ['an hour', 3600, 30],
  ['five minutes', 300, 30],
  ['a minute', 60, 6],
  ['ten seconds', 10, 1],
  ['nobody knows how long', undefined, 5],
])(
  'an access token that lives for %s is due when a tenth of it is left, or 30 seconds',
  (_, lifetime, margin) => {
    expect(isDue({ lifetime, expiresAt: now() + margin + 0.5 })).toBe(false)
    expect(isDue({ lifetime, expiresAt: now() + margin - 0.1 })).toBe(true)
    expect(isAlive({ lifetime, expiresAt: now() + margin - 0.1 })).toBe(true)
  },
)

test('after its end it is due and dead; one whose end is unknown is never either', () => {
  expect(isDue({ lifetime: 60, expiresAt: now() - 0.1 })).toBe(true)
  expect(isAlive({ lifetime: 60, expiresAt: now() - 0.1 })).toBe(false)
  expect(isDue({})).toBe(false)
  expect(isAlive({})).toBe(true)
})
