import { setTimeout as sleep } from 'node:timers/promises'
import { expect } from 'vitest'
import { newPerson } from '../../support/person.ts'
import type { Setup } from '../../support/stage.ts'
import { perFile } from '../../support/test.ts'
import { test as base, echo, type Seen } from '../../support/test-proxy.ts'

const accessTokenTtl = 3
const untilExpired = 3_100
const greeting = '/demo/api/authenticated/greeting'

const test = base.extend('setup', perFile, { accessTokenTtl } satisfies Setup).extend(
  'refreshes',
  ({ partners }) =>
    () =>
      partners.identityProvider.tokenCalls('refresh_token'),
)

test('while the access token is good nothing is renewed', async ({ baton, refreshes }) => {
  const person = newPerson(baton.url)
  await person.signIn()
  expect((await person.ownPage(`/api/backends${greeting}`)).status).toBe(200)
  expect(refreshes()).toBe(0)
})

test('of 40 parallel calls after expiry exactly one renews the token, and all of them succeed', async ({
  refreshes,
  proxy,
}) => {
  await sleep(untilExpired)
  const before = refreshes()
  const calls = Array.from({ length: 40 }, () => proxy.call(greeting))
  const statuses = (await Promise.all(calls)).map((answer) => answer.status)
  expect(statuses).toEqual(Array(40).fill(200))
  expect(refreshes() - before).toBe(1)
})

test('calls after expiry carry the renewed token, again and again', async ({ proxy, person }) => {
  const tokens = new Set<string | undefined>()
  for (let turn = 0; turn < 2; turn++) {
    await sleep(untilExpired)
    tokens.add((await proxy.call(echo)).json<Seen>().headers.authorization)
  }
  expect(tokens.size).toBe(2)
  expect(await person.session()).not.toHaveProperty('error')
})
