import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { IssuedToken } from '../../../demo/identity-provider/token-step.ts'
import { newPerson, type Person } from '../../support/person.ts'
import { type ProxyStage, startProxyStage } from '../../support/proxy-stage.ts'
import { requestNonce } from '../../support/request-nonce.ts'
import { signInAsPhone } from '../../support/sign-in-as-phone.ts'
import { useRefreshToken } from '../../support/use-refresh-token.ts'

const accessTokenTtl = 3
const untilExpired = 3_100
const greeting = '/demo/api/authenticated/greeting'

let proxy: ProxyStage

beforeAll(async () => {
  proxy = await startProxyStage({ accessTokenTtl })
})

afterAll(() => proxy?.close())

const refreshes = () => proxy.partners.identityProvider.tokenCalls('refresh_token')

async function childOf(person: Person): Promise<Person> {
  const { nonce } = await person.askForNonce()
  const child = newPerson(proxy.baton.url)
  await child.redeem(nonce)
  return child
}

test("a hand-off child calls with its parent's token set, after expiry too, and both go on", async () => {
  const child = await childOf(proxy.person)
  const cookie = await child.jar.getCookieString(proxy.baton.url)
  await sleep(untilExpired)

  const before = refreshes()
  const calls = Array.from({ length: 20 }, (_, turn) =>
    proxy.call(greeting, turn % 2 ? { headers: { cookie } } : {}),
  )
  for (const answer of await Promise.all(calls))
    expect([answer.status, answer.json().greeting]).toEqual([200, 'Hello, Demo User!'])
  expect(refreshes() - before).toBe(1)
})

test('when the provider has ended the sign-in, the child is refused like its parent, and told so', async () => {
  const given: IssuedToken[] = []
  proxy.partners.identityProvider.events.on('token', (token) => given.push(token))
  const person = newPerson(proxy.baton.url)
  await person.signIn()
  const child = await childOf(person)
  await sleep(untilExpired)
  expect((await child.ownPage(`/api/backends${greeting}`)).status).toBe(200)
  // Whoever stole the first refresh token uses it: the provider ends all that came of that sign-in.
  const first = given.find(({ kind }) => kind === 'refresh_token')?.value ?? ''
  expect(await useRefreshToken(proxy.partners.issuer, first)).toMatchObject({ error: 'invalid_grant' })
  await sleep(untilExpired)
  for (const who of [child, person]) {
    expect((await who.ownPage(`/api/backends${greeting}`)).status).toBe(401)
    expect(await who.session()).toMatchObject({ error: 'RefreshTokenError' })
  }
})

test('a session that a native app handed over holds no token, and says so', async () => {
  const { idToken } = await signInAsPhone({
    identityProviderUrl: proxy.partners.issuer,
    user: 'demo',
    password: 'demo',
  })
  const { nonce } = await requestNonce({ batonUrl: proxy.baton.url, idToken })
  const target = newPerson(proxy.baton.url)
  expect((await target.redeem(nonce)).status).toBe(303)
  expect((await target.session())?.user.name).toBe('Demo User')

  const answer = await target.ownPage(`/api/backends${greeting}`)
  expect(answer.status).toBe(403)
  expect(await answer.json()).toMatchObject({ error: 'access_denied' })
})
