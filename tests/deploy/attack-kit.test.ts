import { expect } from 'vitest'
import { checks } from '../../packages/attack/src/checks/all.ts'
import { faults } from '../support/attack/faults/all.ts'
import { furtherFaults } from '../support/attack/faults/further.ts'
import { test } from '../support/attack/stage.ts'

test('every check of the kit is proved able to fail, and every proof has its check', () => {
  expect(Object.keys(faults).toSorted()).toEqual(checks.map(({ name }) => name).toSorted())
})

test('where limits keep browsers away, the race is among those that are let in', async ({
  attack,
  front,
}) => {
  let pages = 0
  front.break({
    request: (passing) =>
      passing.method === 'GET' && passing.target.startsWith('/handoff?') && ++pages > 60
        ? { status: 429, headers: { 'retry-after': '1' }, body: '' }
        : passing,
  })
  expect(await attack(['nonce-race'])).toMatchObject([{ result: 'pass' }])
  expect(pages).toBe(100)
  front.break({
    request: (passing) =>
      passing.method === 'POST' && passing.target === '/handoff'
        ? { status: 429, headers: { 'retry-after': '1' }, body: '' }
        : passing,
  })
  expect(await attack(['nonce-race'])).toMatchObject([{ result: 'skipped' }])
  front.break()
})

// Over http there is no `Secure` to look for: `attack-https.test.ts` breaks that.
const proved = Object.entries(faults).filter(([name]) => name !== 'cookie-secure')

test.for(proved)(
  'the check %s fails where that alone is broken',
  async ([name, fault], { front, attack, issuer, baton }) => {
    const now = Math.floor(Date.now() / 1000)
    const expiredIdToken = await issuer.idToken(baton.url, { iat: now - 600, exp: now - 300 })
    front.break(fault)
    try {
      const [result] = await attack([name], { expiredIdToken })
      expect(result).toMatchObject({ check: name, result: 'fail' })
      expect(result?.why).not.toMatch(/broke off/)
    } finally {
      front.break()
    }
  },
)

test.for(furtherFaults)('the check %s finds %s', async ([name, found, fault], { front, attack }) => {
  front.break(fault)
  try {
    expect(await attack([name])).toMatchObject([{ result: 'fail', why: expect.stringMatching(found) }])
  } finally {
    front.break()
  }
})

test('an odd request that is closed without an answer is refused', async ({ front, attack }) => {
  front.break({ bytes: (text) => (/^Content-Length: /m.test(text) ? undefined : text) })
  expect(await attack(['http-two-lengths', 'http-absolute-target'])).toMatchObject([
    { result: 'pass' },
    { result: 'pass' },
  ])
  front.break()
})

test('where even an honest request gets no answer, the checks of odd ones are skipped', async ({
  front,
  attack,
}) => {
  const names = checks.map(({ name }) => name).filter((name) => /^http-|^websocket/.test(name))
  // Calls write the names of their headers in lower case.
  front.break({ bytes: (text) => (/^Host: /m.test(text) ? undefined : text) })
  const results = await attack(names)
  front.break()
  const skipped = results.filter(({ result }) => result === 'skipped').map(({ check }) => check)
  const byCalls = ['http-other-host', 'http-forwarded-host', 'http-trace']
  expect(skipped.toSorted()).toEqual(names.filter((name) => !byCalls.includes(name)).toSorted())
})
