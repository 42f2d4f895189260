import { expect, test } from 'vitest'
import { mustAsk } from '#lib/handoff/confirmation.ts'

const asked = true
const silent = false

test.each([
  // confirm, bound by header: nobody stands here, the same person, someone else
  ['unbound', false, asked, asked, asked],
  ['unbound', true, silent, silent, asked],
  ['switching', false, silent, silent, asked],
  ['switching', true, silent, silent, asked],
  ['always', false, asked, asked, asked],
  ['always', true, asked, asked, asked],
  ['never', false, silent, silent, silent],
  ['never', true, silent, silent, silent],
] as const)(
  'confirm "%s" with a header binding %s asks: nobody here %s, same person %s, someone else %s',
  (confirm, boundByHeader, nobody, same, other) => {
    const ask = (standingUserId?: string) =>
      mustAsk(confirm, { boundByHeader, userId: 'demo', standingUserId })
    expect([ask(), ask('demo'), ask('bob')]).toEqual([nobody, same, other])
  },
)
