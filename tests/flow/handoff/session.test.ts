import { Cookie } from 'tough-cookie'
import { expect } from 'vitest'
import type { Person } from '../../support/person.ts'
import { test as base } from '../../support/test.ts'

const greeting = '/api/backends/demo/api/authenticated/greeting'

const test = base.extend('handedOver', ({ newcomer, person }) => async (): Promise<Person> => {
  const target = newcomer()
  await target.redeem((await person.askForNonce()).nonce)
  return target
})

test("the new session is one of its own, of kind hand-off, and a child of the source's, which stays", async ({
  person,
  handedOver,
  sql,
}) => {
  const before = await person.session()
  const target = await handedOver()
  const [child] = await sql<Record<string, unknown>>(
    'SELECT kind, parent_id, user_id, token_set_id FROM sessions WHERE id = $1',
    [(await target.session())?.sid],
  )
  const [parent] = await sql<Record<string, unknown>>(
    'SELECT kind, user_id, token_set_id FROM sessions WHERE id = $1',
    [before?.sid],
  )
  expect(child).toEqual({ ...parent, kind: 'handoff', parent_id: before?.sid })
  expect(await person.session()).toMatchObject({ sid: before?.sid })
  expect(await statusOf(person)).toBe(200)
})

test('a hand-off makes no second token set', async ({ sql, handedOver }) => {
  const ids = async () => (await sql<{ id: string }>('SELECT id FROM token_sets')).map(({ id }) => id)
  const before = await ids()
  await handedOver()
  expect((await ids()).filter((id) => !before.includes(id))).toEqual([])
})

test('the answer signs in by a cookie that scripts and other sites cannot use', async ({
  person,
  newcomer,
}) => {
  const { nonce } = await person.askForNonce()
  const target = newcomer()
  const cookies = (await target.redeem(nonce)).headers.getSetCookie().map((header) => Cookie.parse(header))
  const session = cookies.find((cookie) => cookie?.key === 'baton.session')
  expect(session).toMatchObject({ httpOnly: true, sameSite: 'lax', path: '/' })
  expect(session?.domain).toBeNull()
})

test.for(['demo', 'bob'] as const)(
  'the session of %s that stood in the browser is ended',
  async (user, { signedIn, newcomer, person }) => {
    const target = await signedIn(user)
    const cookie = await target.cookies()
    expect(await statusOf(newcomer(), cookie)).toBe(200)
    const { nonce } = await person.askForNonce()
    await target.redeem(nonce)
    expect(await statusOf(newcomer(), cookie)).toBe(401)
    expect(await statusOf(target)).toBe(200)
    expect((await target.session())?.user.name).toBe('Demo User')
  },
)

test('the hand-offs of the session that the browser had end with it', async ({
  signedIn,
  newcomer,
  person,
}) => {
  const target = await signedIn('bob')
  const grandchild = newcomer()
  await grandchild.redeem((await target.askForNonce()).nonce)
  await target.redeem((await person.askForNonce()).nonce)
  expect(await statusOf(grandchild)).toBe(401)
})

test('a source that redeems its own nonce goes on with the same token set and its other hand-offs', async ({
  signedIn,
  newcomer,
}) => {
  const self = await signedIn()
  const child = newcomer()
  await child.redeem((await self.askForNonce()).nonce)
  const cookie = await self.cookies()
  const before = await self.session()
  await self.redeem((await self.askForNonce()).nonce)
  expect((await self.session())?.sid).not.toBe(before?.sid)
  expect([await statusOf(self), await statusOf(child)]).toEqual([200, 200])
  expect(await statusOf(newcomer(), cookie)).toBe(401)
})

test('a dead link ends no session', async ({ signedIn }) => {
  const target = await signedIn('bob')
  await target.redeem('x'.repeat(43))
  expect(await statusOf(target)).toBe(200)
})

async function statusOf(person: Person, cookie?: string): Promise<number> {
  return (await person.ownPage(greeting, cookie ? { headers: { cookie } } : {})).status
}
