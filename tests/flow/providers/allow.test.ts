import { expect } from 'vitest'
import { startBaton } from '../../support/baton.ts'
import type { Person } from '../../support/person.ts'
import { bearerOf } from '../../support/servers/bearer-backend.ts'
import type { Answer } from '../../support/servers/fake-provider/habits.ts'
import { perFile } from '../../support/test.ts'
import { idTokenType, tokenExchange } from '../../support/test-apps.ts'
import { test as base, type Row } from '../../support/test-providers.ts'
import { bigProviders } from './big-providers.ts'

const withAllow = (id: string, allow: object): Row => ({ id, entry: { allow } })

const mails = { emails: ['Ana@Example.org'] }
const domains = { emailDomains: ['Example.ORG', 'example.com'] }
const claims = { claims: { team: ['red', 'blue'], level: [3] } }

const test = base
  .extend('rows', perFile, [
    withAllow('emails', mails),
    withAllow('domains', domains),
    withAllow('claims', claims),
    withAllow('all', { ...domains, ...claims }),
    withAllow('at-refresh', claims),
    withAllow('app', domains),
    { id: 'own-rule' },
    { id: 'open' },
    ...bigProviders.filter(({ id }) => ['github', 'discord'].includes(id)).map(forAna),
  ])
  .extend('sections', perFile, ({ providers }) => ({
    trustedIssuers: [
      { issuer: providers.get('app')?.provider.issuer, clients: ['phone'] },
      { issuer: providers.get('own-rule')?.provider.issuer, clients: ['phone'], allow: domains },
    ],
    clients: [
      {
        client_id: 'phone',
        application_type: 'native',
        token_endpoint_auth_method: 'none',
        redirect_uris: ['http://127.0.0.1/callback'],
        handoff: { mayRequest: true },
      },
    ],
  }))
  /** Signs somebody in with these claims, in a browser of theirs. */
  .extend('signInWith', ({ change, newcomer, signIn }) => {
    return async (id: string, idTokenClaims: Record<string, unknown>, subject = 'ana', more = {}) => {
      change(id, { idTokenClaims, subject, ...more })
      const person = newcomer()
      const end = await signIn(person, id, '/inbox')
      return { person, end }
    }
  })

/** A big provider that lets in Ana alone. */
function forAna(row: Row): Row {
  return { ...row, entry: { ...row.entry, allow: mails } }
}

const ana = { email: 'ana@example.org', email_verified: true }
const red = { team: 'red', level: 3 }

test.for([
  ['emails', ana],
  ['emails', { ...ana, email: 'ANA@EXAMPLE.ORG' }],
  ['domains', ana],
  ['domains', { ...ana, email: 'bob@EXAMPLE.com' }],
  ['claims', red],
  ['claims', { team: ['green', 'blue'], level: 3 }],
  ['all', { ...ana, ...red }],
] as const)('allow (%s) lets in %j', async ([id, idTokenClaims], { signInWith, baton }) => {
  const { person, end } = await signInWith(id, idTokenClaims)
  expect(end.href).toBe(`${baton.url}/inbox`)
  expect(await person.session()).toMatchObject({ provider: id })
})

test.for([
  ['emails', { ...ana, email: 'bob@example.org' }],
  ['emails', { ...ana, email_verified: false }],
  ['emails', { ...ana, email_verified: 'false' }],
  ['emails', { ...ana, email_verified: undefined }],
  ['emails', { email_verified: true }],
  ['emails', { ...ana, email: ['ana@example.org'] }],
  ['emails', { ...ana, email: 'ana@example.org\n' }],
  ['domains', { ...ana, email: 'ana@mail.example.org' }],
  ['domains', { ...ana, email: 'ana@notexample.org' }],
  ['domains', { ...ana, email: 'ana@example.org.evil.example' }],
  ['domains', { ...ana, email: 'ana@example.org@evil.example' }],
  ['domains', { ...ana, email: 'example.org' }],
  ['domains', { ...ana, email_verified: false }],
  ['domains', { ...ana, email_verified: undefined }],
  ['claims', { team: 'red' }],
  ['claims', { ...red, team: 'green' }],
  ['claims', { ...red, team: 'redder' }],
  ['claims', { ...red, team: { red: true } }],
  ['claims', { ...red, level: '3' }],
  ['all', ana],
  ['all', red],
  ['all', { ...ana, ...red, email_verified: false }],
] as const)('allow (%s) keeps out %j, by a page', async ([id, idTokenClaims], { signInWith }) => {
  const { person, end } = await signInWith(id, idTokenClaims)
  expect([end.pathname, end.searchParams.get('error')]).toEqual(['/error', 'NotAllowed'])
  expect((await person.request(end.href)).status).toBe(200)
  expect(await person.session()).toBeNull()
})

const github = (verified: boolean, primary = true): Record<string, Answer> => {
  const addresses = [
    { email: 'ana@example.org', primary, verified },
    { email: 'other@example.org', primary: !primary, verified: true },
  ]
  return { '/user/emails': { body: JSON.stringify(addresses) } }
}
const discord = (verified: boolean): Answer => ({
  members: {
    sub: undefined,
    id: '1',
    username: 'ana',
    discriminator: '0',
    avatar: null,
    email: ana.email,
    verified,
  },
})

test.for([
  ['github', 'a verified primary address', { documents: github(true) }, '/inbox'],
  ['github', 'an address that is not verified', { documents: github(false) }, '/error'],
  ['github', 'an address that is not the primary one', { documents: github(true, false) }, '/error'],
  ['discord', 'a verified address', { userinfo: discord(true) }, '/inbox'],
  ['discord', 'an address that is not verified', { userinfo: discord(false) }, '/error'],
] as const)('%s: %s', async ([id, , habits, pathname], { change, newcomer, signIn }) => {
  change(id, habits)
  const person = newcomer()
  expect((await signIn(person, id, '/inbox')).pathname).toBe(pathname)
  expect((await person.session()) === null).toBe(pathname === '/error')
})

test("a refused sign-in ends that person's other sessions by that provider, and no others", async ({
  signInWith,
}) => {
  const here = await signInWith('claims', red)
  const other = await signInWith('claims', red, 'bob')
  const elsewhere = await signInWith('all', { ...ana, ...red })
  const refused = await signInWith('claims', { ...red, team: 'green' })
  expect(refused.end.searchParams.get('error')).toBe('NotAllowed')
  expect(await isSignedIn(here.person)).toBe(false)
  expect(await isSignedIn(other.person)).toBe(true)
  expect(await isSignedIn(elsewhere.person)).toBe(true)
})

test('a refresh that tells of somebody who is no longer allowed ends the session', async ({
  signInWith,
  provider,
}) => {
  const shortLived = { atCode: { members: { expires_in: 1 } } }
  const stays = await signInWith('at-refresh', red, 'bob', shortLived)
  await expect
    .poll(async () => provider('at-refresh').issued(await bearerOf(stays.person))?.by)
    .toBe('refresh')
  const { person } = await signInWith('at-refresh', red, 'ana', shortLived)
  provider('at-refresh').change({ idTokenClaims: { ...red, team: 'green' } })
  await expect.poll(() => isSignedIn(person)).toBe(false)
  expect(await isSignedIn(stays.person)).toBe(true)
})

test('a refresh that tells nothing, while the user API is down, ends nothing', async ({
  signInWith,
  provider,
}) => {
  const { person } = await signInWith('at-refresh', red, 'carl', {
    atCode: { members: { expires_in: 1 } },
    refreshesIdToken: false,
  })
  provider('at-refresh').change({ idTokenClaims: { ...red, team: 'green' }, userinfo: { status: 503 } })
  await expect.poll(async () => provider('at-refresh').issued(await bearerOf(person))?.by).toBe('refresh')
  expect(await isSignedIn(person)).toBe(true)
  provider('at-refresh').change({ userinfo: {} })
})

test('a refresh without an ID token asks the user API where the sign-in did', async ({
  signInWith,
  provider,
}) => {
  const { person } = await signInWith('at-refresh', red, 'dora', {
    atCode: { members: { expires_in: 1 } },
    refreshesIdToken: false,
  })
  provider('at-refresh').change({ idTokenClaims: { ...red, team: 'green' } })
  await expect.poll(() => isSignedIn(person)).toBe(false)
})

test('refreshed ID tokens that say less, time and again, end nothing', async ({ signInWith, provider }) => {
  const shortLived = { members: { expires_in: 1 } }
  const full = { ...red, name: 'Fred', email: 'fred@example.org' }
  const { person } = await signInWith('at-refresh', full, 'fred', {
    atCode: shortLived,
    atRefresh: shortLived,
  })
  // Were the name still there, the missing team would be over.
  provider('at-refresh').change({ idTokenClaims: {} })
  const tokens = new Set<string>()
  await expect.poll(async () => tokens.add(await bearerOf(person)).size).toBeGreaterThan(4)
  expect(await isSignedIn(person)).toBe(true)
  provider('at-refresh').change({ atRefresh: {} })
})

test('a claim that is over because nobody tells it any more lets nobody in, here and before', async ({
  signInWith,
}) => {
  const { team: _, ...without } = red
  const here = await signInWith('claims', red, 'eve')
  const refused = await signInWith('claims', without, 'eve')
  expect(refused.end.searchParams.get('error')).toBe('NotAllowed')
  expect(await isSignedIn(here.person)).toBe(false)
})

test('an outage of the API that tells verified addresses is no word about them', async ({
  change,
  newcomer,
  signIn,
}) => {
  change('github', { documents: github(true) })
  const before = newcomer()
  await signIn(before, 'github', '/inbox')
  change('github', { documents: { '/user/emails': { status: 503 } } })
  const end = await signIn(newcomer(), 'github', '/inbox')
  expect([end.pathname, end.searchParams.get('error')]).toEqual(['/error', 'Unavailable'])
  expect(await isSignedIn(before)).toBe(true)
})

test.for([
  ['app', "of the provider's issuer"],
  ['own-rule', 'of an issuer with an allow of its own'],
] as const)(
  'an ID token %s (%s) starts something for those alone who are allowed',
  async ([id], { provider, baton }) => {
    const post = (path: string, form: Record<string, string>) =>
      fetch(baton.url + path, { method: 'POST', body: new URLSearchParams(form) })
    const exchange = (subject_token: string) =>
      post('/oidc/token', {
        grant_type: tokenExchange,
        client_id: 'phone',
        subject_token,
        subject_token_type: idTokenType,
      })
    const tokenOf = (more: object) => {
      return provider(id).idToken({ aud: ['phone', `${baton.url}/api/nonce`], azp: 'phone', ...more })
    }

    const good = await tokenOf(ana)
    for (const answer of [await post('/api/nonce', { token: good }), await exchange(good)])
      expect(answer.status).toBe(200)
    for (const other of [{ email: 'ana@evil.example' }, { email_verified: false }]) {
      const token = await tokenOf({ ...ana, ...other })
      for (const answer of [await post('/api/nonce', { token }), await exchange(token)]) {
        expect(answer.status).toBe(403)
        expect(await answer.json()).toMatchObject({ error: 'access_denied' })
      }
    }
  },
)

test('after a restart with a narrower allow, those sessions end whose people it does not let in', async ({
  signInWith,
  config,
  baton,
  port,
  databaseUrl,
  closing,
}) => {
  const stays = await signInWith('open', { ...ana, ...red }, 'ana')
  const otherDomain = await signInWith('open', { ...ana, ...red, email: 'bob@evil.example' }, 'bob')
  const otherTeam = await signInWith('open', { ...ana, ...red, team: 'green' }, 'carl')
  const otherProvider = await signInWith('claims', red, 'dora')
  const people = [stays, otherDomain, otherTeam, otherProvider].map(({ person }) => person)
  for (const person of people) expect(await isSignedIn(person)).toBe(true)

  await baton.stop()
  const providers = config.providers.map((entry) =>
    (entry as Row).id === 'open' ? { ...entry, allow: { ...domains, ...claims } } : entry,
  )
  closing({
    close: (await startBaton({ config: { ...config, providers }, database: { url: databaseUrl }, port }))
      .stop,
  })
  expect(await Promise.all(people.map(isSignedIn))).toEqual([true, false, false, true])
})

/** Whether a browser has a session, for its pages and for backends. */
async function isSignedIn(person: Person): Promise<boolean> {
  const [session, bearer] = [await person.session(), await bearerOf(person)]
  if ((session === null) !== bearer.startsWith('status 401'))
    throw new Error(`${JSON.stringify(session)}, but ${bearer}`)
  return session !== null
}
