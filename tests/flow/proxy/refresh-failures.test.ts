import type { RequestListener } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect } from 'vitest'
import type { IssuedToken } from '../../../demo/identity-provider/token-step.ts'
import { listen } from '../../support/partners.ts'
import { newPerson } from '../../support/person.ts'
import type { Setup } from '../../support/stage.ts'
import { perFile } from '../../support/test.ts'
import { test as base } from '../../support/test-proxy.ts'
import { useRefreshToken } from '../../support/use-refresh-token.ts'

const accessTokenTtl = 2
const untilExpired = 2_100
const greeting = '/demo/api/authenticated/greeting'

let standIn: Awaited<ReturnType<typeof listen>> | undefined

const test = base
  .extend('setup', perFile, { accessTokenTtl } satisfies Setup)
  .extend(
    'refreshes',
    ({ partners }) =>
      () =>
        partners.identityProvider.tokenCalls('refresh_token'),
  )
  .extend('serveInstead', ({ partners }) => (listener: RequestListener) => {
    return listen(listener, Number(new URL(partners.issuer).port))
  })
  .extend('expectTryAgain', ({ proxy, person }) => async () => {
    const answers = await Promise.all(Array.from({ length: 5 }, () => proxy.call(greeting)))
    for (const answer of answers) {
      expect(answer.status).toBe(503)
      expect(answer.json()).toMatchObject({ error: 'temporarily_unavailable' })
      expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0)
      expect(answer.text).not.toMatch(/ECONN|fetch|oops|invalid_client|127\.0\.0\.1/i)
    }
    const session = await person.session()
    expect(session?.user.name).toBe('Demo User')
    expect(session).not.toHaveProperty('error')
  })

test('a provider that is away means "try again", and the session lives on', async ({
  proxy,
  partners,
  expectTryAgain,
  serveInstead,
}) => {
  // One renewal first, so that what fails afterwards is the renewal itself and not the look for its address.
  await sleep(untilExpired)
  expect((await proxy.call(greeting)).status).toBe(200)
  await sleep(untilExpired)
  await partners.stopIdentityProvider()
  await expectTryAgain()

  for (const trouble of troubles) {
    const ill = await serveInstead(trouble)
    await expectTryAgain()
    await ill.close()
  }
  // From here on it is well again, for the tests below too.
  standIn = await serveInstead(partners.identityProvider.listener)
  expect((await proxy.call(greeting)).status).toBe(200)
})

test('a sign-in that its provider has ended is refused, said to the page, and not asked for again', async ({
  partners,
  baton,
  refreshes,
  proxy,
}) => {
  const given: IssuedToken[] = []
  partners.identityProvider.events.on('token', (token) => given.push(token))
  const person = newPerson(baton.url)
  await person.signIn()
  const first = given.find(({ kind }) => kind === 'refresh_token')?.value ?? ''

  await sleep(untilExpired)
  expect((await person.ownPage(`/api/backends${greeting}`)).status).toBe(200)
  // Whoever stole the first refresh token uses it: the provider ends all that came of that sign-in.
  expect(await useRefreshToken(partners.issuer, first)).toMatchObject({ error: 'invalid_grant' })
  await sleep(untilExpired)

  const before = refreshes()
  for (let turn = 0; turn < 2; turn++) {
    const answers = await Promise.all([1, 2, 3].map(() => person.ownPage(`/api/backends${greeting}`)))
    for (const answer of answers) {
      expect(answer.status).toBe(401)
      expect(answer.headers.get('www-authenticate')).toMatch(/^Bearer .*error="invalid_token"/)
      expect(await answer.json()).toMatchObject({ error: 'invalid_token' })
    }
    expect(await person.session()).toMatchObject({ error: 'RefreshTokenError' })
  }
  expect(refreshes() - before).toBe(1)

  // The other sign-in of the same person has a grant of its own.
  expect((await proxy.call(greeting)).status).toBe(200)
})

/** What a provider may answer on a bad day; none of it says that the sign-in has ended. */
const troubles: RequestListener[] = [
  (_, response) => response.writeHead(500).end('oops'),
  (_, response) => response.writeHead(200, { 'content-type': 'application/json' }).end('{"access_token":1'),
  (_, response) =>
    response.writeHead(400, { 'content-type': 'application/json' }).end('{"error":"invalid_client"}'),
  (_, response) => response.destroy(),
]
