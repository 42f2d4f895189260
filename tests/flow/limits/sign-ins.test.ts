import { expect } from 'vitest'
import { beginSignIn, signInAt, visit } from '../../support/sign-in-at.ts'
import { perFile } from '../../support/test.ts'
import { statusesOf } from '../../support/test-limits.ts'
import { test as base } from '../../support/test-providers.ts'

const test = base
  .extend('rows', perFile, [{ id: 'login' }, { id: 'down' }, { id: 'crowded' }])
  .extend('sections', perFile, { limits: { newPeople: { max: 2, seconds: 60 } } })

test('made-up answers to one sign-in make Baton ask its provider once', async ({ newcomer, provider }) => {
  const person = newcomer()
  const begun = await beginSignIn(person, 'login')
  const cookie = await person.cookies()
  const made = new URLSearchParams({ state: begun.searchParams.get('state') ?? '', code: 'made up' })
  // The cookie that a browser drops after a failure is kept by who makes answers up.
  const answer = () =>
    person.request(`/api/auth/callback/login?${made}`, { headers: { cookie }, redirect: 'manual' })
  const before = provider('login').asked('token').length
  const statuses = await statusesOf(8, answer)
  expect(statuses).toEqual([302, ...Array(7).fill(429)])
  expect(provider('login').asked('token').length - before).toBe(1)
})

test('sign-ins that are begun while the provider has no metadata do not ask it one by one', async ({
  newcomer,
  provider,
  change,
}) => {
  change('down', { metadataPath: '/moved' })
  const begin = () =>
    newcomer().ownPage('/sign-in', {
      method: 'POST',
      body: new URLSearchParams({ provider: 'down', callbackUrl: '/' }),
    })
  const statuses = await statusesOf(20, begin)
  expect(new Set(statuses)).toEqual(new Set([303]))
  const asked = provider('down').asked('documents').length
  expect(asked).toBeGreaterThan(0)
  expect(asked).toBeLessThanOrEqual(3)
})

test('of people who come for the first time by one provider so many are let in; others come as ever', async ({
  newcomer,
  provider,
  change,
  sql,
}) => {
  const comeAs = async (sub: string) => {
    change('crowded', { subject: sub })
    const person = newcomer()
    const back = await visit(provider('crowded'), await beginSignIn(person, 'crowded'))
    return person.arrive(back.address)
  }
  const statuses: number[] = []
  for (const sub of ['first', 'second', 'third', 'first']) statuses.push((await comeAs(sub)).status)
  expect(statuses).toEqual([302, 302, 429, 302])
  expect(await sql(`SELECT subject FROM users WHERE subject = 'third'`)).toEqual([])
  expect((await signInAt(newcomer(), provider('login'), 'login')).pathname).toBe('/')
})
