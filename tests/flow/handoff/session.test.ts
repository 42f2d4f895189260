import { Cookie } from 'tough-cookie'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Person } from '../../support/person.ts'
import { type Stage, startStage } from '../../support/stage.ts'

const greeting = '/api/backends/demo/api/authenticated/greeting'

let stage: Stage
let source: Person

beforeAll(async () => {
  stage = await startStage()
  source = await stage.signedIn()
})

afterAll(() => stage?.close())

test("the new session is one of its own, of kind hand-off, and a child of the source's, which stays", async () => {
  const before = await source.session()
  const target = await handedOver()
  const [child] = await stage.sql<Record<string, unknown>>(
    'SELECT kind, parent_id, user_id, token_set_id FROM sessions WHERE id = $1',
    [(await target.session())?.sid],
  )
  const [parent] = await stage.sql<Record<string, unknown>>(
    'SELECT kind, user_id, token_set_id FROM sessions WHERE id = $1',
    [before?.sid],
  )
  expect(child).toEqual({ ...parent, kind: 'handoff', parent_id: before?.sid })
  expect(await source.session()).toMatchObject({ sid: before?.sid })
  expect(await statusOf(source)).toBe(200)
})

test('nobody owns a second token set after a hand-off', async () => {
  const count = () => stage.sql('SELECT count(*) FROM token_sets')
  const before = await count()
  await handedOver()
  expect(await count()).toEqual(before)
})

test('the answer signs in by a cookie that scripts and other sites cannot use', async () => {
  const { nonce } = await source.askForNonce()
  const target = stage.newcomer()
  await target.request(`/handoff?nonce=${nonce}`)
  const cookies = (await target.redeem(nonce)).headers.getSetCookie().map((header) => Cookie.parse(header))
  const session = cookies.find((cookie) => cookie?.key === 'authjs.session-token')
  expect(session).toMatchObject({ httpOnly: true, sameSite: 'lax', path: '/' })
  expect(session?.domain).toBeNull()
  const page = cookies.find((cookie) => cookie?.key.startsWith('baton.handoff.'))
  expect(page).toMatchObject({ value: '', maxAge: 0, path: '/handoff' })
  expect(await target.cookies('/handoff')).toMatch(/^authjs\.session-token=[^;]+$/)
})

test.each(['demo', 'bob'] as const)('the session of %s that stood in the browser is ended', async (user) => {
  const target = await stage.signedIn(user)
  const cookie = await target.cookies()
  expect(await statusOf(stage.newcomer(), cookie)).toBe(200)
  const { nonce } = await source.askForNonce()
  await target.redeem(nonce)
  expect(await statusOf(stage.newcomer(), cookie)).toBe(401)
  expect(await statusOf(target)).toBe(200)
  expect((await target.session())?.user.name).toBe('Demo User')
})

test('what came of the session that stood in the browser ends with it', async () => {
  const target = await stage.signedIn('bob')
  const grandchild = stage.newcomer()
  await grandchild.redeem((await target.askForNonce()).nonce)
  await target.redeem((await source.askForNonce()).nonce)
  expect(await statusOf(grandchild)).toBe(401)
})

test('a source that redeems its own nonce goes on with the same token set and its other hand-offs', async () => {
  const self = await stage.signedIn()
  const child = stage.newcomer()
  await child.redeem((await self.askForNonce()).nonce)
  const cookie = await self.cookies()
  const before = await self.session()
  await self.redeem((await self.askForNonce()).nonce)
  expect((await self.session())?.sid).not.toBe(before?.sid)
  expect([await statusOf(self), await statusOf(child)]).toEqual([200, 200])
  expect(await statusOf(stage.newcomer(), cookie)).toBe(401)
})

test('a dead link ends no session', async () => {
  const target = await stage.signedIn('bob')
  await target.redeem('x'.repeat(43))
  expect(await statusOf(target)).toBe(200)
})

async function handedOver(): Promise<Person> {
  const target = stage.newcomer()
  await target.redeem((await source.askForNonce()).nonce)
  return target
}

async function statusOf(person: Person, cookie?: string): Promise<number> {
  return (await person.ownPage(greeting, cookie ? { headers: { cookie } } : {})).status
}
