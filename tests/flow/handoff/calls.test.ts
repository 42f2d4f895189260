import { expect } from 'vitest'
import type { IssuedToken } from '../../../demo/identity-provider/token-step.ts'
import { askForNonce } from '../../support/ask-for-nonce.ts'
import { spendRefreshToken } from '../../support/spend-refresh-token.ts'
import { test as base } from '../../support/test.ts'

// A backend that takes the provider's tokens alone.
const greeting = '/api/backends/provided/api/authenticated/greeting'

const test = base
  /** The tokens that the identity provider gives in this test. */
  .extend('given', ({ partners }) => {
    const given: IssuedToken[] = []
    partners.identityProvider.events.on('token', (token) => given.push(token))
    return given
  })
  /** A person whose access token has expired, and a browser that their session was handed over to. */
  .extend('family', ({ expired, signedIn, newcomer }) =>
    expired(async () => {
      const parent = await signedIn()
      const child = newcomer()
      await child.redeem((await parent.askForNonce()).nonce)
      return { parent, child }
    }),
  )

test("a hand-off child calls with its parent's token set, after expiry too, and both go on", async ({
  family: { parent, child },
  refreshes,
}) => {
  const before = refreshes()
  const calls = Array.from({ length: 20 }, (_, turn) => (turn % 2 ? child : parent).ownPage(greeting))
  for (const answer of await Promise.all(calls))
    expect([answer.status, await answer.json()]).toEqual([200, { greeting: 'Hello, Demo User!' }])
  expect(refreshes() - before).toBe(1)
})

test('when the provider has ended the sign-in, child and parent are refused and the page says so', async ({
  given,
  family: { parent, child },
  expired,
  partners,
}) => {
  expect((await expired(() => child.ownPage(greeting))).status).toBe(200)
  // Whoever stole the first refresh token uses it: the provider ends all that came of that sign-in.
  const first = given.find(({ kind }) => kind === 'refresh_token')?.value ?? ''
  expect(await spendRefreshToken(partners.issuer, first)).toMatchObject({ error: 'invalid_grant' })
  for (const who of [child, parent]) {
    expect((await who.ownPage(greeting)).status).toBe(401)
    expect(await who.session()).toMatchObject({ error: 'RefreshTokenError' })
  }
})

test('a session that a native app handed over holds no token, and says so', async ({
  phoneTokens,
  baton,
  newcomer,
}) => {
  const { idToken } = await phoneTokens()
  const { nonce } = await askForNonce(baton.url, idToken)
  const target = newcomer()
  expect((await target.redeem(nonce)).status).toBe(303)
  expect((await target.session())?.user.name).toBe('Demo User')

  const answer = await target.ownPage(greeting)
  expect(answer.status).toBe(403)
  expect(await answer.json()).toMatchObject({ error: 'access_denied' })
})
