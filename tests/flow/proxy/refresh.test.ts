import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { newPerson } from '../../support/person.ts'
import { echo, type ProxyStage, type Seen, startProxyStage } from '../../support/proxy-stage.ts'

const accessTokenTtl = 3
const untilExpired = 3_100
const greeting = '/demo/api/authenticated/greeting'

let proxy: ProxyStage

beforeAll(async () => {
  proxy = await startProxyStage({ accessTokenTtl })
})

afterAll(() => proxy?.close())

const refreshes = () => proxy.partners.identityProvider.tokenCalls('refresh_token')

test('while the access token is good nothing is renewed', async () => {
  const person = newPerson(proxy.baton.url)
  await person.signIn()
  expect((await person.ownPage(`/api/backends${greeting}`)).status).toBe(200)
  expect(refreshes()).toBe(0)
})

test('of 40 parallel calls after expiry exactly one renews the token, and all of them succeed', async () => {
  await sleep(untilExpired)
  const before = refreshes()
  const calls = Array.from({ length: 40 }, () => proxy.call(greeting))
  const statuses = (await Promise.all(calls)).map((answer) => answer.status)
  expect(statuses).toEqual(Array(40).fill(200))
  expect(refreshes() - before).toBe(1)
})

test('calls after expiry carry the renewed token, again and again', async () => {
  const tokens = new Set<string | undefined>()
  for (let turn = 0; turn < 2; turn++) {
    await sleep(untilExpired)
    tokens.add((await proxy.call(echo)).json<Seen>().headers.authorization)
  }
  expect(tokens.size).toBe(2)
  expect(await proxy.person.session()).not.toHaveProperty('error')
})
