import { expect } from 'vitest'
import { bearerOf } from '../../support/servers/bearer-backend.ts'
import type { Answer } from '../../support/servers/fake-provider/habits.ts'
import { perFile } from '../../support/test.ts'
import { test as base, type Row } from '../../support/test-providers.ts'

/** Answers that have an access token, and that are not quite as RFC 6749, section 5.1 says. */
const taken: [string, Answer][] = [
  ['expires_in is a text', { members: { expires_in: '3600' } }],
  ['expires_in is an empty text', { members: { expires_in: '' } }],
  ['expires_in is a word', { members: { expires_in: 'soon' } }],
  ['expires_in is null', { members: { expires_in: null } }],
  ['expires_in is a list', { members: { expires_in: [3600] } }],
  ['expires_in is missing', { members: { expires_in: undefined } }],
  ['refresh_token is an empty text', { members: { refresh_token: '' } }],
  ['refresh_token is null', { members: { refresh_token: null } }],
  ['scope is a list', { members: { scope: ['openid', 'email'] } }],
  ['scope is an empty text', { members: { scope: '' } }],
  ['scope is null', { members: { scope: null } }],
  ['token_type is missing', { members: { token_type: undefined } }],
  ['token_type is in capitals', { members: { token_type: 'BEARER' } }],
  ['there is more than anybody asked for', { members: { info: { a: [1] }, expires_at: 'never' } }],
  ['the content type names a character set', { contentType: 'application/json;charset=UTF-8' }],
]

/** Answers by which the grant has ended: nobody is signed in, and nothing is refreshed any more. */
const final: [string, Answer][] = [
  ['400 with invalid_grant', { status: 400, body: '{"error":"invalid_grant"}' }],
  ['an error with status 200', { status: 200, body: '{"error":"invalid_grant"}' }],
  [
    '401 with a challenge',
    {
      status: 401,
      body: '{"error":"invalid_grant"}',
      headers: { 'www-authenticate': 'Bearer realm="fake", error="invalid_token"' },
    },
  ],
]

/** Answers that say nothing about the grant: nobody is signed in, and a later refresh may go well. */
const passing: [string, Answer][] = [
  ['an empty 200', { body: '' }],
  ['a page', { body: '<p>Maintenance</p>', contentType: 'text/html' }],
  ['a list', { body: '[]' }],
  ['half of its JSON', { body: '{"access_token":"a' }],
  ['an access token that is no text', { members: { access_token: 77 } }],
  ['an empty access token', { members: { access_token: '' } }],
  ['503', { status: 503, body: '{"error":"temporarily_unavailable"}' }],
  ['a connection that breaks', { breaks: true }],
]

/** One provider for each answer, so that they need not wait for each other. */
type AnswerRow = Row & { name: string; answer: Answer }

const rowsOf = (kind: string, answers: [string, Answer][]): AnswerRow[] =>
  answers.map(([name, answer], index) => ({
    id: `${kind}-${index}`,
    name,
    answer,
    // A second try comes with the refresh token that the first one came with.
    habits: { refreshTokens: 'lasting' },
  }))
const named = (rows: AnswerRow[]) => rows.map((row) => [row.name, row] as const)

const [takenRows, finalRows, passingRows] = [
  rowsOf('taken', taken),
  rowsOf('final', final),
  rowsOf('passing', passing),
]
const glewlwyd: Row = { id: 'glewlwyd', habits: { refreshTokens: 'lasting' } }

/** What has to be refreshed at once. */
const shortLife: Answer = { members: { expires_in: 1 } }
const refreshed = { by: 'refresh', isOver: false }

const test = base
  .extend('rows', perFile, [...takenRows, ...finalRows, ...passingRows, glewlwyd])
  /** Expects that a sign-in fails that is answered so. */
  .extend('expectNobody', perFile, ({ newcomer, provider, signIn }) => async (id: string, answer: Answer) => {
    provider(id).change({ atCode: answer })
    const person = newcomer()
    expect((await signIn(person, id, '/inbox')).pathname).toBe('/error')
    expect(await person.session()).toBeNull()
  })
  /** Signs in where access tokens have to be refreshed at once; `bearer` tells what a backend is sent. */
  .extend('shortLived', perFile, ({ newcomer, provider, signIn }) => async (id: string) => {
    const fake = provider(id)
    fake.change({ atCode: shortLife })
    const person = newcomer()
    await signIn(person, id)
    return { fake, person, bearer: async () => fake.issued(await bearerOf(person)) ?? bearerOf(person) }
  })

test.concurrent('an empty 400 at a refresh is tried again, and ends the sign-in in the end', async ({
  shortLived,
  expect,
}) => {
  const { fake, person, bearer } = await shortLived('glewlwyd')
  const mute: Answer = { status: 400, body: '', contentType: null }
  fake.change({ atRefresh: mute })
  await expect.poll(() => bearerOf(person)).toBe('status 503')
  expect(await person.session()).not.toHaveProperty('error')
  fake.change({ atRefresh: shortLife })
  await expect.poll(bearer).toEqual(refreshed)

  fake.change({ atRefresh: mute })
  // There may be longer and longer pauses in between.
  await expect.poll(bearer, { timeout: 50_000 }).toBe('status 401')
  expect(await person.session()).toMatchObject({ provider: 'glewlwyd', error: 'RefreshTokenError' })
  const asked = fake.asked('token').length
  expect([await bearer(), fake.asked('token').length]).toEqual(['status 401', asked])
})

test.concurrent.for(named(takenRows))(
  'a sign-in and a refresh take an answer in which %s',
  async ([, { id, answer }], { newcomer, provider, signIn, shortLived, baton, expect }) => {
    provider(id).change({ atCode: answer })
    const first = newcomer()
    expect((await signIn(first, id, '/inbox')).href).toBe(`${baton.url}/inbox`)
    expect(await first.session()).toMatchObject({ provider: id })
    expect(provider(id).issued(await bearerOf(first))).toMatchObject({ by: 'code' })

    const { fake, person, bearer } = await shortLived(id)
    fake.change({ atRefresh: answer })
    await expect.poll(bearer).toEqual(refreshed)
    expect(await person.session()).not.toHaveProperty('error')
  },
)

test.concurrent.for(named(finalRows))(
  '%s signs nobody in, and at a refresh it is the last answer',
  async ([, { id, answer }], { expectNobody, shortLived, expect }) => {
    await expectNobody(id, answer)
    const { fake, person, bearer } = await shortLived(id)
    fake.change({ atRefresh: answer })
    await expect.poll(bearer).toBe('status 401')
    expect(await person.session()).toMatchObject({ provider: id, error: 'RefreshTokenError' })
    const asked = fake.asked('token').length
    expect([await bearer(), fake.asked('token').length]).toEqual(['status 401', asked])
  },
)

test.concurrent.for(named(passingRows))(
  '%s signs nobody in, and a refresh is tried again',
  async ([, { id, answer }], { expectNobody, shortLived, expect }) => {
    await expectNobody(id, answer)
    const { fake, person, bearer } = await shortLived(id)
    fake.change({ atRefresh: answer })
    await expect.poll(bearer).toBe('status 503')
    expect(await person.session()).not.toHaveProperty('error')
    fake.change({ atRefresh: {} })
    await expect.poll(bearer).toEqual(refreshed)
  },
)
