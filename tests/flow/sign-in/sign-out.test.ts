import { decodeJwt } from 'jose'
import { expect } from 'vitest'
import type { Person } from '../../support/person.ts'
import { follow, pressContinue } from '../../support/relying-party.ts'
import { spendRefreshToken } from '../../support/spend-refresh-token.ts'
import { test as base, perFile } from '../../support/test.ts'

const test = base
  /** Refresh and ID tokens that Baton was given, the last one last. */
  .extend('given', perFile, ({ partners }) => {
    const given = { refresh_token: [] as string[], id_token: [] as string[] }
    partners.identityProvider.events.on('token', ({ kind, value, clientId }) => {
      if (clientId === 'baton' && kind !== 'access_token') given[kind].push(value)
    })
    return given
  })
  .extend('signIn', ({ signedIn, given, partners }) => async () => {
    const person = await signedIn()
    const refreshToken = given.refresh_token.at(-1) as string
    const idToken = given.id_token.at(-1) as string
    return {
      person,
      idToken,
      refreshToken,
      /** Whether the provider still takes the refresh token; to ask spends it. */
      isGoodUpstream: async () =>
        'access_token' in ((await spendRefreshToken(partners.issuer, refreshToken)) as object),
    }
  })
  /** Another browser that this one's session was handed over to. */
  .extend('handOver', ({ newcomer }) => async (person: Person): Promise<Person> => {
    const child = newcomer()
    const { nonce } = await person.askForNonce()
    await child.request(`/handoff?nonce=${nonce}`)
    expect((await child.redeem(nonce)).status).toBe(303)
    return child
  })

const greeting = '/api/backends/demo/api/authenticated/greeting'

const statusOf = async (person: Person) => (await person.ownPage(greeting)).status
const leaveUpstream = (person: Person, headers: Record<string, string> = {}) =>
  person.ownPage('/sign-out/provider', { method: 'POST', body: new URLSearchParams(), headers })

test('a sign-out revokes the refresh token upstream and keeps nothing of it', async ({
  signIn,
  handOver,
  newcomer,
  sql,
}) => {
  const { person, isGoodUpstream } = await signIn()
  const { sid } = (await person.session()) as { sid: string }
  const [child, cookie] = [await handOver(person), await person.cookies()]
  expect([await statusOf(person), await statusOf(child)]).toEqual([200, 200])
  await person.signOut()
  expect(await isGoodUpstream()).toBe(false)
  const copy = await newcomer().ownPage(greeting, { headers: { cookie } })
  expect([copy.status, await statusOf(child)]).toEqual([401, 401])
  const left = await sql(
    'SELECT id FROM token_sets WHERE id = (SELECT token_set_id FROM sessions WHERE id = $1)',
    [sid],
  )
  expect(left).toEqual([])
})

test('a hand-off that signs out ends alone: its source goes on, and its tokens upstream', async ({
  signIn,
  handOver,
}) => {
  const { person, isGoodUpstream } = await signIn()
  const [child, sibling] = [await handOver(person), await handOver(person)]
  await child.signOut()
  expect([await statusOf(child), await statusOf(sibling), await statusOf(person)]).toEqual([401, 200, 200])
  expect(await isGoodUpstream()).toBe(true)
})

test('signing in again in the same browser does not sign out at the provider', async ({ signIn, sql }) => {
  const { person, isGoodUpstream } = await signIn()
  const { sid } = (await person.session()) as { sid: string }
  await person.signIn()
  expect(((await person.session()) as { sid: string }).sid).not.toBe(sid)
  expect(await sql('SELECT ended_at FROM sessions WHERE id = $1 AND ended_at IS NULL', [sid])).toEqual([])
  expect(await isGoodUpstream()).toBe(true)
})

test('signing out at the provider as well sends the ID token as a hint, and comes back', async ({
  signIn,
  partners,
  baton,
  given,
}) => {
  const { person, idToken, isGoodUpstream } = await signIn()
  const page = await (await person.request('/sign-out')).text()
  expect(page).toContain('Sign out here and at <bdi>Demo identity provider</bdi>')
  expect(page).not.toContain(idToken.slice(0, 40))

  const answer = await leaveUpstream(person)
  expect(answer.status).toBe(303)
  const target = new URL(answer.headers.get('location') ?? '')
  expect(target.origin).toBe(partners.issuer)
  expect(Object.fromEntries(target.searchParams)).toEqual({
    client_id: 'baton',
    id_token_hint: idToken,
    post_logout_redirect_uri: `${baton.url}/sign-out`,
    state: expect.stringMatching(/^[\w-]{43}$/),
  })
  expect(await person.session()).toBeNull()

  const upstream = await follow(person, target)
  const end = await pressContinue(person, upstream.url, upstream.page?.html ?? '')
  expect(end.url.href).toBe(`${baton.url}/sign-out?state=${target.searchParams.get('state')}`)
  expect(end.page?.html).toContain('the provider has been asked to sign you out as well')
  expect(await isGoodUpstream()).toBe(false)

  // Whoever signs in now is asked for a password again: `signIn` fills the form in, where there is one.
  const { sub } = decodeJwt(idToken)
  await person.signIn('bob')
  expect(decodeJwt(given.id_token.at(-1) as string).sub).not.toBe(sub)
})

test('a state of another browser does not confirm a sign-out at the provider', async ({ newcomer }) => {
  const page = await newcomer().request('/sign-out?state=of-somebody-else')
  expect(await page.text()).not.toContain('the provider has been asked')
})

test('another site cannot sign anybody out that way', async ({ signIn }) => {
  const { person } = await signIn()
  for (const headers of [{ 'sec-fetch-site': 'cross-site' }, { 'sec-fetch-site': 'same-site' }]) {
    expect((await leaveUpstream(person, headers)).status).toBe(403)
  }
  const link = await person.request('/sign-out/provider')
  expect(link.status).toBe(405)
  expect(await statusOf(person)).toBe(200)
})

test('a hand-off is not offered to sign its source out at the provider', async ({
  signIn,
  handOver,
  baton,
}) => {
  const { person } = await signIn()
  const child = await handOver(person)
  expect(await (await child.request('/sign-out')).text()).not.toContain('here and at')
  const answer = await leaveUpstream(child)
  expect(answer.headers.get('location')).toBe(`${baton.url}/sign-out`)
  expect([await statusOf(child), await statusOf(person)]).toEqual([401, 200])
})

test('a sign-out at the provider ends that sign-in and its hand-offs here, and no other', async ({
  signIn,
  handOver,
  partners,
}) => {
  const [here, elsewhere] = [await signIn(), await signIn()]
  const child = await handOver(here.person)
  const url = new URL(`${partners.issuer}/session/end`)
  url.searchParams.set('id_token_hint', here.idToken)
  const page = await follow(here.person, url)
  await pressContinue(here.person, page.url, page.page?.html ?? '')
  await expect.poll(() => statusOf(here.person)).toBe(401)
  expect([await statusOf(child), await statusOf(elsewhere.person)]).toEqual([401, 200])
})
