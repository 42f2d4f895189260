import { afterAll, beforeAll, expect, test } from 'vitest'
import { listen } from '../../support/partners.ts'
import { newPerson } from '../../support/person.ts'
import { type ProxyStage, startProxyStage } from '../../support/proxy-stage.ts'

const greeting = '/demo/api/authenticated/greeting'

let proxy: ProxyStage
let recorder: Awaited<ReturnType<typeof listen>>
let arrived = 0

beforeAll(async () => {
  recorder = await listen((_, response) => {
    arrived += 1
    response.end()
  })
  proxy = await startProxyStage({
    sections: ({ config, issuer, backendUrl }) => {
      const [demo] = config().providers
      const token = 'provider'
      return {
        providers: [demo, { id: 'other', type: 'oidc', issuer, clientId: 'baton', clientSecret: 'secret' }],
        backends: [
          { name: 'demo', url: backendUrl, token, providers: ['demo'] },
          { name: 'others', url: recorder.url, token, providers: ['other'] },
          { name: 'both', url: recorder.url, token, providers: ['other', 'demo'] },
        ],
      }
    },
  })
})

afterAll(async () => {
  await proxy?.close()
  await recorder?.close()
})

test("a provider's token is sent to no backend that does not name that provider", async () => {
  const answer = await proxy.call('/others/x')
  expect(answer.status).toBe(403)
  expect(answer.json()).toMatchObject({ error: 'access_denied' })
  expect(arrived).toBe(0)
})

test('a backend that names several providers takes the token of any of them', async () => {
  expect((await proxy.call('/both/x')).status).toBe(200)
  expect(arrived).toBe(1)
})

test('each person gets what is theirs, on one Baton and at one time', async () => {
  const bob = newPerson(proxy.baton.url)
  await bob.signIn('bob')
  const cookie = await bob.jar.getCookieString(proxy.baton.url)
  const calls = Array.from({ length: 20 }, (_, turn) =>
    proxy.call(greeting, turn % 2 ? { headers: { cookie } } : {}),
  )
  const greetings = (await Promise.all(calls)).map((answer) => answer.json().greeting)
  expect(greetings).toEqual(
    Array.from({ length: 20 }, (_, turn) => (turn % 2 ? 'Hello, Bob Builder!' : 'Hello, Demo User!')),
  )
})
