import { setTimeout as sleep } from 'node:timers/promises'
import { expect } from 'vitest'
import type { IssuedToken } from '../../../demo/identity-provider/token-step.ts'
import { askForNonce } from '../../support/ask-for-nonce.ts'
import { newPerson, type Person } from '../../support/person.ts'
import type { Setup } from '../../support/stage.ts'
import { perFile } from '../../support/test.ts'
import { test as base } from '../../support/test-proxy.ts'
import { useRefreshToken } from '../../support/use-refresh-token.ts'

const accessTokenTtl = 3
const untilExpired = 3_100
const greeting = '/demo/api/authenticated/greeting'

const test = base
  .extend('setup', perFile, { accessTokenTtl } satisfies Setup)
  .extend(
    'refreshes',
    ({ partners }) =>
      () =>
        partners.identityProvider.tokenCalls('refresh_token'),
  )
  .extend('childOf', ({ baton }) => async (person: Person): Promise<Person> => {
    const { nonce } = await person.askForNonce()
    const child = newPerson(baton.url)
    await child.redeem(nonce)
    return child
  })

test("a hand-off child calls with its parent's token set, after expiry too, and both go on", async ({
  childOf,
  person,
  baton,
  refreshes,
  proxy,
}) => {
  const child = await childOf(person)
  const cookie = await child.jar.getCookieString(baton.url)
  await sleep(untilExpired)

  const before = refreshes()
  const calls = Array.from({ length: 20 }, (_, turn) =>
    proxy.call(greeting, turn % 2 ? { headers: { cookie } } : {}),
  )
  for (const answer of await Promise.all(calls))
    expect([answer.status, answer.json().greeting]).toEqual([200, 'Hello, Demo User!'])
  expect(refreshes() - before).toBe(1)
})

test('when the provider has ended the sign-in, the child is refused like its parent, and told so', async ({
  partners,
  baton,
  childOf,
}) => {
  const given: IssuedToken[] = []
  partners.identityProvider.events.on('token', (token) => given.push(token))
  const person = newPerson(baton.url)
  await person.signIn()
  const child = await childOf(person)
  await sleep(untilExpired)
  expect((await child.ownPage(`/api/backends${greeting}`)).status).toBe(200)
  // Whoever stole the first refresh token uses it: the provider ends all that came of that sign-in.
  const first = given.find(({ kind }) => kind === 'refresh_token')?.value ?? ''
  expect(await useRefreshToken(partners.issuer, first)).toMatchObject({ error: 'invalid_grant' })
  await sleep(untilExpired)
  for (const who of [child, person]) {
    expect((await who.ownPage(`/api/backends${greeting}`)).status).toBe(401)
    expect(await who.session()).toMatchObject({ error: 'RefreshTokenError' })
  }
})

test('a session that a native app handed over holds no token, and says so', async ({
  phoneTokens,
  baton,
}) => {
  const { idToken } = await phoneTokens()
  const { nonce } = await askForNonce(baton.url, idToken)
  const target = newPerson(baton.url)
  expect((await target.redeem(nonce)).status).toBe(303)
  expect((await target.session())?.user.name).toBe('Demo User')

  const answer = await target.ownPage(`/api/backends${greeting}`)
  expect(answer.status).toBe(403)
  expect(await answer.json()).toMatchObject({ error: 'access_denied' })
})
