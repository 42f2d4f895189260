import { decodeJwt } from 'jose'
import { expect } from 'vitest'
import { answerOf, throughLibrary } from '../../support/both-ways.ts'
import type { Person } from '../../support/person.ts'
import { type App, signInAt, test, webAuthorization } from '../../support/test-oidc.ts'

type Tokens = Awaited<ReturnType<typeof signInAt>>
type Given = { person: Person; web: App; sql: (text: string) => Promise<unknown> }
type Case = [what: string, token: (tokens: Tokens, given: Given) => Promise<string> | string, active: boolean]

const refreshToken = ({ refresh_token = '' }: Tokens) => refresh_token

const cases: Case[] = [
  ['a refresh token', refreshToken, true],
  ['an access token', ({ access_token }) => access_token, true],
  [
    'a refresh token that was used just now',
    async (tokens, { web }) => {
      await web.refresh(refreshToken(tokens))
      return refreshToken(tokens)
    },
    true,
  ],
  [
    'a refresh token that was used long ago',
    async (tokens, { web, sql }) => {
      await web.refresh(refreshToken(tokens))
      await sql(
        `UPDATE oidc_records SET consumed_at = consumed_at - interval '11 s' WHERE consumed_at IS NOT NULL`,
      )
      return refreshToken(tokens)
    },
    false,
  ],
  [
    'a token of a session that has ended',
    async (tokens, { person }) => {
      await person.signOut()
      return refreshToken(tokens)
    },
    false,
  ],
  [
    'a token that has expired',
    async (tokens, { sql }) => {
      await sql(`UPDATE oidc_records SET expires_at = now() WHERE model = 'AccessToken'`)
      return tokens.access_token
    },
    false,
  ],
  [
    'a token without its grant',
    async (tokens, { sql }) => {
      await sql(`DELETE FROM oidc_records WHERE model = 'Grant'`)
      return refreshToken(tokens)
    },
    false,
  ],
  ['an ID token', ({ id_token }) => id_token ?? '', false],
]

test.for(cases)(
  'introspection answers %s beside the library as it does through the library',
  async ([, tokenOf, active], { signedIn, web, baton, sql }) => {
    const person = await signedIn()
    const token = await tokenOf(await signInAt(web, person), { person, web, sql })
    const sent = { path: '/oidc/introspect', form: { token }, authorization: webAuthorization }
    const lean = await answerOf(baton.url, sent)
    expect(lean).toBe(await answerOf(baton.url, throughLibrary(sent)))
    expect(lean).toContain(`{"active":${active}`)
  },
)

test('a good token tells its client whose it is; another client learns nothing of it', async ({
  signedIn,
  web,
  heard,
  post,
}) => {
  const person = await signedIn()
  const mine = await signInAt(web, person)
  const [told, hidden] = await Promise.all(
    [mine, await signInAt(heard, person)].map(async ({ refresh_token: token = '' }) =>
      (await post('/introspect', { token })).json(),
    ),
  )
  expect(told).toMatchObject({ active: true, client_id: 'web', sub: decodeJwt(mine.id_token ?? '').sub })
  expect(hidden).toEqual({ active: false })
})
