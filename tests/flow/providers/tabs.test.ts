import { randomBytes } from 'node:crypto'
import { expect } from 'vitest'
import { beginSignIn, comeBack, visit } from '../../support/sign-in-at.ts'
import { perFile } from '../../support/test.ts'
import { test as base } from '../../support/test-providers.ts'

const test = base
  .extend('rows', perFile, [{ id: 'one' }, { id: 'other' }])
  /** Begins a sign-in and comes as far as the provider's way back. */
  .extend('begun', ({ provider }) => async (...given: Parameters<typeof beginSignIn>) => {
    return visit(provider(given[1]), await beginSignIn(...given))
  })

test.for([
  ['the first begun, then the second', [0, 1], ['one', 'one']],
  ['the second begun, then the first', [1, 0], ['one', 'one']],
  ['at two providers', [0, 1], ['one', 'other']],
  ['at two providers, the second begun first', [1, 0], ['one', 'other']],
] as const)(
  'two tabs that sign in at once both end signed in, each where it wanted to go: %s',
  async ([, order, ids], { newcomer, begun, baton }) => {
    const person = newcomer()
    const tabs = [await begun(person, ids[0], '/inbox'), await begun(person, ids[1], '/outbox')] as const
    for (const tab of order) {
      const end = await comeBack(person, tabs[tab])
      expect(end.href).toBe(`${baton.url}${['/inbox', '/outbox'][tab]}`)
      expect(await person.session()).toMatchObject({ provider: ids[tab] })
    }
    expect((await person.ownPage('/api/backends/bearer/')).status).toBe(200)
  },
)

test('going back to a callback leads to where it wanted to go, and changes nothing', async ({
  newcomer,
  begun,
  baton,
}) => {
  const person = newcomer()
  const back = await begun(person, 'one', '/inbox?unread=1')
  await comeBack(person, back)
  const session = await person.session()
  for (let turn = 0; turn < 2; turn++)
    expect((await comeBack(person, back)).href).toBe(`${baton.url}/inbox?unread=1`)
  expect(session).not.toBeNull()
  expect(await person.session()).toEqual(session)
})

test('a callback of a browser that has signed in meanwhile leads on, even if the provider refuses', async ({
  newcomer,
  begun,
  signIn,
  change,
  baton,
}) => {
  const person = newcomer()
  change('one', { authorizationError: { error: 'access_denied' } })
  const refused = await begun(person, 'one', '/inbox')
  await signIn(person, 'other')
  expect((await comeBack(person, refused)).href).toBe(`${baton.url}/inbox`)
  expect(await person.session()).toMatchObject({ provider: 'other' })
})

test('a callback with an unknown state leads home with a session, and to a page without', async ({
  newcomer,
  signIn,
  baton,
}) => {
  const person = newcomer()
  const strange = { address: `${baton.url}/api/auth/callback/one?code=a&state=unknown` }
  const page = await comeBack(person, strange)
  expect(page.pathname).toBe('/error')
  expect((await person.request(page.href)).status).toBe(200)

  await signIn(person, 'one')
  const session = await person.session()
  expect((await comeBack(person, strange)).href).toBe(`${baton.url}/`)
  expect(await person.session()).toEqual(session)
})

test('a callback in another browser than the one that began signs nobody in there', async ({
  newcomer,
  begun,
}) => {
  const [attacker, victim] = [newcomer(), newcomer()]
  const back = await begun(attacker, 'one')
  expect((await comeBack(victim, back)).pathname).toBe('/error')
  expect(await victim.session()).toBeNull()
})

test("one tab's state does not answer for another's code", async ({ newcomer, begun }) => {
  const person = newcomer()
  const [first, second] = [await begun(person, 'one'), await begun(person, 'one')].map(
    ({ address }) => new URL(address),
  ) as [URL, URL]
  first.searchParams.set('code', second.searchParams.get('code') ?? '')
  expect((await comeBack(person, { address: first.href })).pathname).toBe('/error')
  expect(await person.session()).toBeNull()
})

test("one provider's state does not answer at another's callback", async ({ newcomer, begun, baton }) => {
  const person = newcomer()
  const { address } = await begun(person, 'one')
  const swapped = address.replace(
    `${baton.url}/api/auth/callback/one`,
    `${baton.url}/api/auth/callback/other`,
  )
  expect((await comeBack(person, { address: swapped })).pathname).toBe('/error')
  expect(await person.session()).toBeNull()
})

test.for([
  ['letters beyond ASCII', `/söndag/日本?q=${'åß→😀'.repeat(40)}`],
  ['escapes', `/a%2Fb/%C3%A4?next=${encodeURIComponent('/c?d=ä&e=%20')}`],
  ['3 kB that do not get shorter', `/inbox/ä?q=${randomBytes(2240).toString('base64url')}`],
] as const)('a deep link with %s arrives byte for byte', async ([, path], { newcomer, signIn, baton }) => {
  const person = newcomer()
  const end = await signIn(person, 'one', path)
  expect(end.href).toBe(new URL(path, baton.url).href)
  expect(await person.session()).not.toBeNull()
})

test('ten begun sign-ins do not make the cookies longer than 8 kB, and the last one ends well', async ({
  newcomer,
  begun,
  baton,
}) => {
  const person = newcomer()
  for (let tab = 0; tab < 9; tab++)
    await begun(person, 'one', `/inbox?q=${randomBytes(150).toString('base64url')}`)
  const last = await begun(person, 'one', '/outbox')
  expect((await person.cookies('/api/auth/callback/one')).length).toBeLessThan(8192)
  expect((await comeBack(person, last)).href).toBe(`${baton.url}/outbox`)
  expect(await person.session()).not.toBeNull()
})
