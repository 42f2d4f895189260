import { newPerson } from '../../support/person.ts'
import { secretsIn } from '../../support/secrets.ts'
import { bearerOf } from '../../support/servers/bearer-backend.ts'
import type { FakeProvider } from '../../support/servers/fake-provider.ts'
import { beginSignIn, comeBack, visit } from '../../support/sign-in-at.ts'
import { perFile } from '../../support/test.ts'
import { test as base } from '../../support/test-providers.ts'
import { bigProviders } from './big-providers.ts'
import type { Habit } from './habit.ts'
import { habits } from './habits.ts'

const table = [...habits, ...bigProviders].map(withShortLife)

const test = base.extend('rows', perFile, table)

test.concurrent.for(table.map((habit) => [habit.name, habit] as const))(
  '%s: one signs in, calls a backend, is refreshed and signs out',
  async ([, habit], { baton, provider, sql, expect }) => {
    const fake = provider(habit.id)
    const seen: string[] = []
    const person = newPerson(baton.url, (path, text) => {
      // That backend answers with the token that it was sent.
      if (!path.startsWith('/api/backends/')) seen.push(text)
    })
    const request = await beginSignIn(person, habit.id, '/inbox?unread=1')
    const { searchParams } = request
    expect(searchParams.get('redirect_uri')).toBe(`${baton.url}/api/auth/callback/${habit.id}`)
    expect(searchParams.get('state')).toMatch(/^.{20,}$/)
    for (const [name, value] of Object.entries(habit.request ?? {}))
      expect([name, searchParams.get(name)]).toEqual([name, value ?? null])

    const end = await comeBack(person, await visit(fake, request))
    expect(end.href).toBe(`${baton.url}/inbox?unread=1`)
    for (const endpoint of habit.notAsked ?? []) expect(fake.asked(endpoint)).toEqual([])

    const { name, email, image, issuer, subject } = signedIn(habit, fake)
    const session = await person.session()
    expect(session).toEqual({
      user: { id: expect.stringMatching(/^[0-9a-f-]{36}$/), name, email, image },
      expires: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
      provider: habit.id,
      sid: expect.stringMatching(/^[0-9a-f-]{36}$/),
    })
    const [user] = await sql('SELECT issuer, subject FROM users WHERE id = $1', [session?.user.id])
    expect(user).toEqual({ issuer, subject })

    expect(fake.issued(await bearerOf(person))).toBeDefined()
    if (!habit.isLasting)
      await expect
        .poll(async () => fake.issued(await bearerOf(person)))
        .toEqual({ by: 'refresh', isOver: false })
    expect(await person.session()).toMatchObject({ sid: session?.sid, user: { name, email } })
    expect(await person.session()).not.toHaveProperty('error')

    const last = await bearerOf(person)
    await person.signOut()
    expect([await person.session(), await bearerOf(person)]).toEqual([null, 'status 401'])
    if (!habit.keepsTokens) await expect.poll(() => fake.issued(last)).toMatchObject({ isOver: true })
    expect(secretsIn(seen.join('\n'), fake.secrets())).toEqual([])
  },
)

test.concurrent.for([
  ['standard', {}],
  ['split', {}],
  ['plain-http', {}],
  ['endpoints', {}],
  ['own-sign-out', { logout_uri: 'https://app.example.org/bye', client_id: 'baton' }],
] as const)(
  'at %s one signs out at the provider too, where its browsers reach it',
  async ([id, parameters], { newcomer, provider, signIn, baton, expect }) => {
    const fake = provider(id)
    const person = newcomer()
    await signIn(person, id)
    const leave = { method: 'POST', body: new URLSearchParams() }
    const answer = await person.ownPage('/sign-out/provider', leave)
    const location = new URL(answer.headers.get('location') ?? '', baton.url)
    expect(location.origin + location.pathname).toBe(fake.endSessionUrl)
    expect(await person.session()).toBeNull()

    await fake.visit(location)
    const query = Object.fromEntries(fake.asked('endSession').at(-1)?.url.searchParams ?? [])
    expect(query).toMatchObject(parameters)
    expect(secretsIn(String(query.id_token_hint), fake.secrets())).toHaveLength(1)
  },
)

test("the name that Apple's first answer alone has is known at the second sign-in", async ({
  newcomer,
  signIn,
  expect,
}) => {
  for (let time = 0; time < 2; time++) {
    const person = newcomer()
    await signIn(person, 'apple')
    expect(await person.session()).toMatchObject({ user: { name: 'Some Body' } })
  }
})

/** Access tokens that have to be refreshed at once, and last after that. */
function withShortLife(habit: Habit): Habit {
  if (habit.isLasting) return habit
  return { ...habit, habits: { ...habit.habits, atCode: { members: { expires_in: 1 } } } }
}

function signedIn({ person = {} }: Habit, fake: FakeProvider) {
  return {
    name: 'Some Body',
    email: 'somebody@example.org',
    image: null,
    issuer: fake.issuer,
    subject: 'somebody',
    ...(typeof person === 'function' ? person(fake) : person),
  }
}
