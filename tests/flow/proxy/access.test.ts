import { expect } from 'vitest'
import { newPerson } from '../../support/person.ts'
import type { Setup } from '../../support/stage.ts'
import { perFile } from '../../support/test.ts'
import { test as base } from '../../support/test-proxy.ts'

const greeting = '/demo/api/authenticated/greeting'

const test = base.extend(
  'setup',
  perFile,
  ({ recorder: { url } }): Setup => ({
    config: ({ config, issuer, backendUrl }) => {
      const [demo] = config().providers
      const token = 'provider'
      return config({
        providers: [demo, { id: 'other', type: 'oidc', issuer, clientId: 'baton', clientSecret: 'secret' }],
        backends: [
          { name: 'demo', url: backendUrl, token, providers: ['demo'] },
          { name: 'others', url, token, providers: ['other'] },
          { name: 'both', url, token, providers: ['other', 'demo'] },
        ],
      })
    },
  }),
)

test("a provider's token is sent to no backend that does not name that provider", async ({ proxy, seen }) => {
  const answer = await proxy.call('/others/x')
  expect(answer.status).toBe(403)
  expect(answer.json()).toMatchObject({ error: 'access_denied' })
  expect(seen).toEqual([])
})

test('a backend that names several providers takes the token of any of them', async ({ proxy, seen }) => {
  expect((await proxy.call('/both/x')).status).toBe(200)
  expect(seen).toEqual(['/x'])
})

test('each person gets what is theirs, on one Baton and at one time', async ({ baton, proxy }) => {
  const bob = newPerson(baton.url)
  await bob.signIn('bob')
  const cookie = await bob.jar.getCookieString(baton.url)
  const calls = Array.from({ length: 20 }, (_, turn) =>
    proxy.call(greeting, turn % 2 ? { headers: { cookie } } : {}),
  )
  const greetings = (await Promise.all(calls)).map((answer) => answer.json().greeting)
  expect(greetings).toEqual(
    Array.from({ length: 20 }, (_, turn) => (turn % 2 ? 'Hello, Bob Builder!' : 'Hello, Demo User!')),
  )
})
