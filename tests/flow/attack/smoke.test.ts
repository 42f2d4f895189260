import { expect } from 'vitest'
import { test } from '../../support/attack/stage.ts'

// `npm run test:deploy` tries every check, and breaks what each looks for.
const some = ['nonce-replay', 'nonce-head', 'leak-tokens', 'proxy-query-token', 'cookie-flags']

test('checks of the kit pass at this Baton, and the sessions that they begin have ended afterwards', async ({
  attack,
  sql,
}) => {
  const standing = () => sql('SELECT id FROM sessions WHERE ended_at IS NULL')
  const before = await standing()
  const results = await attack(some)
  expect(results.map(({ check, result }) => [check, result]).toSorted()).toEqual(
    some.map((check) => [check, 'pass']).toSorted(),
  )
  expect(await standing()).toEqual(before)
})
