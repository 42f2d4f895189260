import { expect } from 'vitest'
import type { Answer } from '../../support/servers/fake-provider/habits.ts'
import { perFile } from '../../support/test.ts'
import { test as base, type Row } from '../../support/test-providers.ts'
import { bigProviders } from './big-providers.ts'
import { habits } from './habits.ts'

/** Types that ask a user API who somebody is, each with the member that tells. */
const userApis = { gitlab: 'id', github: 'id', oauth2: 'sub' } as const
const ids = Object.keys(userApis) as (keyof typeof userApis)[]

const rows: readonly Row[] = [...habits, ...bigProviders].filter(({ id }) =>
  [...ids, 'standard', 'lean'].includes(id),
)

const test = base
  .extend('rows', perFile, rows)
  .extend(
    'usersAre',
    ({ sql }) =>
      async () =>
        (await sql('SELECT id FROM users')).length,
  )
  /** Tries to sign in, and expects that nobody is signed in, and that no person is made up. */
  .extend('expectNobody', ({ newcomer, signIn, usersAre }) => async (id: string) => {
    const before = await usersAre()
    const person = newcomer()
    expect((await signIn(person, id, '/inbox')).pathname).toBe('/error')
    expect([await person.session(), await usersAre()]).toEqual([null, before])
    expect((await person.ownPage('/api/backends/bearer/')).status).toBe(401)
  })

const members = { id: 77, sub: '77', name: 'Some Body', email: 'somebody@example.org', message: 'no' }

const unusable: [string, (subject: string) => Answer][] = [
  ['403 with the JSON of a person', () => ({ status: 403, members })],
  ['503 with the JSON of a person', () => ({ status: 503, members })],
  ['500 with the JSON of a person', () => ({ status: 500, members })],
  ['401 with the JSON of a person', () => ({ status: 401, members })],
  ['200 with the JSON of an error', () => ({ body: '{"message":"403 Forbidden"}' })],
  ['200 without a subject', () => ({ members: { ...members, id: undefined, sub: undefined } })],
  ['200 with JSON that is no object', () => ({ body: '"somebody"' })],
  ['200 with a page', () => ({ body: '<p>Maintenance</p>', contentType: 'text/html' })],
  ['204', () => ({ status: 204, body: '' })],
  ['no answer', () => ({ breaks: true })],
  ...(
    [
      ['an empty text', ''],
      ['null', null],
      ['an object', { id: 77 }],
      ['a list', ['77']],
      ['a yes', true],
      ['a number that JSON cannot tell from its neighbours', 2 ** 53],
      ['control characters', 'some\u0000body'],
      ['a text too long for a subject', 'x'.repeat(256)],
    ] as const
  ).map(([name, value]): [string, (subject: string) => Answer] => [
    `200 with ${name} for a subject`,
    (subject) => ({ members: { ...members, id: undefined, sub: undefined, [subject]: value } }),
  ]),
]

test.for(ids.flatMap((id) => unusable.map(([name, answer]) => [id, name, answer] as const)))(
  'a user API (%s) that answers %s signs nobody in',
  async ([id, , answer], { change, expectNobody }) => {
    change(id, { userinfo: answer(userApis[id]) })
    await expectNobody(id)
  },
)

test('a number and the same as text are one person', async ({ change, newcomer, signIn, sql }) => {
  const people: (string | undefined)[] = []
  for (const id of [77, '77']) {
    change('gitlab', { userinfo: { members: { ...members, id, sub: undefined } } })
    const person = newcomer()
    await signIn(person, 'gitlab')
    people.push((await person.session())?.user.id)
  }
  expect(people[0]).toBe(people[1])
  expect(await sql('SELECT subject FROM users WHERE id = $1', [people[0]])).toEqual([{ subject: '77' }])
})

const now = Math.floor(Date.now() / 1000)

test.for([
  ['another issuer', { iss: 'https://login.example.org' }],
  ['no issuer', { iss: undefined }],
  ['another audience', { aud: 'another-client' }],
  ['several audiences and another azp', { aud: ['baton', 'another-client'], azp: 'another-client' }],
  ['an end in the past', { exp: now - 120 }],
  ['no end', { exp: undefined }],
  ["another sign-in's nonce", { nonce: 'of-another-sign-in' }],
  ['no nonce', { nonce: undefined }],
  ['no subject', { sub: undefined }],
  ['an empty subject', { sub: '' }],
  ['a number for a subject', { sub: 77 }],
  ['a list for a subject', { sub: ['somebody'] }],
] as const)('an ID token with %s signs nobody in', async ([, idTokenClaims], { change, expectNobody }) => {
  change('standard', { idTokenClaims })
  await expectNobody('standard')
})

test('no ID token signs nobody in', async ({ change, expectNobody }) => {
  change('standard', { atCode: { members: { id_token: undefined } } })
  await expectNobody('standard')
})

test("names at userinfo of another subject than the ID token's are not taken (Core, section 5.3.2)", async ({
  change,
  newcomer,
  signIn,
}) => {
  change('lean', { userinfo: { members: { sub: 'another', name: 'Another', email: 'another@example.org' } } })
  const person = newcomer()
  await signIn(person, 'lean')
  expect(JSON.stringify(await person.session())).not.toMatch(/another/i)
})
