import { expect } from 'vitest'
import type { Person } from '../../support/person.ts'
import { echo, type Seen, test } from '../../support/test-proxy.ts'

const greeting = '/api/backends/demo/api/authenticated/greeting'

test('while the access token is good nothing is renewed', async ({ signedIn, refreshes }) => {
  const before = refreshes()
  const person = await signedIn()
  expect((await person.ownPage(greeting)).status).toBe(200)
  expect(refreshes() - before).toBe(0)
})

test('of 40 parallel calls after expiry exactly one renews the token, and all of them succeed', async ({
  expired,
  signedIn,
  refreshes,
}) => {
  const person = await expired(() => signedIn())
  const before = refreshes()
  const answers = await Promise.all(Array.from({ length: 40 }, () => person.ownPage(greeting)))
  expect(answers.map(({ status }) => status)).toEqual(Array(40).fill(200))
  expect(refreshes() - before).toBe(1)
})

test('calls after expiry carry the renewed token, again and again', async ({ expired, signedIn }) => {
  const person = await expired(() => signedIn())
  const tokens = [await expired(() => tokenOf(person)), await tokenOf(person)]
  expect(new Set(tokens).size).toBe(2)
  expect(await person.session()).not.toHaveProperty('error')
})

/** What the backend got as `Authorization`. */
async function tokenOf(person: Person): Promise<string | undefined> {
  const answer = await person.ownPage(`/api/backends${echo}`)
  return ((await answer.json()) as Seen).headers.authorization
}
