import type { RequestListener } from 'node:http'
import { expect } from 'vitest'
import type { IssuedToken } from '../../../demo/identity-provider/token-step.ts'
import { listen } from '../../support/partners.ts'
import type { Person } from '../../support/person.ts'
import { spendRefreshToken } from '../../support/spend-refresh-token.ts'
import type { Setup } from '../../support/stage.ts'
import { test as base, perFile } from '../../support/test.ts'

const greeting = '/api/backends/demo/api/authenticated/greeting'

const test = base
  .extend('setup', perFile, {} satisfies Setup)
  /** Listens at the identity provider's address. */
  .extend(
    'serveInstead',
    ({ partners }) =>
      (listener: RequestListener) =>
        listen(listener, Number(new URL(partners.issuer).port)),
  )

test('a provider that is away means "try again", and the session lives on', async ({
  expired,
  signedIn,
  partners,
  serveInstead,
  closing,
}) => {
  const person = await expired(() => signedIn())
  // One renewal first, so that what fails afterwards is the renewal itself and not the look for its address.
  expect((await expired(() => person.ownPage(greeting))).status).toBe(200)
  await partners.stopIdentityProvider()
  await expectTryAgain(person)

  for (const trouble of troubles) {
    const ill = await serveInstead(trouble)
    await expectTryAgain(person)
    await ill.close()
  }
  // From here on it is well again, for the tests below too.
  await closing(serveInstead(partners.identityProvider.listener))
  expect((await person.ownPage(greeting)).status).toBe(200)
})

test('a sign-in that its provider has ended is refused, and not refreshed again', async ({
  expired,
  signedIn,
  partners,
  refreshes,
}) => {
  const other = await signedIn()
  const given: IssuedToken[] = []
  partners.identityProvider.events.on('token', (token) => given.push(token))
  const person = await expired(() => signedIn())
  const first = given.find(({ kind }) => kind === 'refresh_token')?.value ?? ''

  expect((await expired(() => person.ownPage(greeting))).status).toBe(200)
  // Whoever stole the first refresh token uses it: the provider ends all that came of that sign-in.
  expect(await spendRefreshToken(partners.issuer, first)).toMatchObject({ error: 'invalid_grant' })

  const before = refreshes()
  for (let turn = 0; turn < 2; turn++) {
    const answers = await Promise.all([1, 2, 3].map(() => person.ownPage(greeting)))
    for (const answer of answers) {
      expect(answer.status).toBe(401)
      expect(answer.headers.get('www-authenticate')).toMatch(/^Bearer .*error="invalid_token"/)
      expect(await answer.json()).toMatchObject({ error: 'invalid_token' })
    }
    expect(await person.session()).toMatchObject({ error: 'RefreshTokenError' })
  }
  expect(refreshes() - before).toBe(1)
  const signInPage = async (who: Person) => (await who.ownPage('/sign-in')).text()
  expect(await signInPage(other)).toContain('Go on as')
  expect(await signInPage(person)).not.toContain('Go on as')

  // The other sign-in of the same person has a grant of its own.
  expect((await expired(() => other.ownPage(greeting))).status).toBe(200)
})

/** What a provider may answer on a bad day; none of it says that the sign-in has ended. */
const troubles: RequestListener[] = [
  (_, response) => response.writeHead(500).end('oops'),
  (_, response) => response.writeHead(200, { 'content-type': 'application/json' }).end('{"access_token":1'),
  (_, response) =>
    response.writeHead(400, { 'content-type': 'application/json' }).end('{"error":"invalid_client"}'),
  (_, response) => response.destroy(),
]

async function expectTryAgain(person: Person): Promise<void> {
  const answers = await Promise.all(Array.from({ length: 5 }, () => person.ownPage(greeting)))
  for (const answer of answers) {
    expect(answer.status).toBe(503)
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0)
    const text = await answer.text()
    expect(JSON.parse(text)).toMatchObject({ error: 'temporarily_unavailable' })
    expect(text).not.toMatch(/ECONN|fetch|oops|invalid_client|127\.0\.0\.1/i)
  }
  const session = await person.session()
  expect(session?.user.name).toBe('Demo User')
  expect(session).not.toHaveProperty('error')
}
