import { expect } from 'vitest'
import { fullConfig } from '../../support/full-config.ts'
import type { Person } from '../../support/person.ts'
import type { Setup } from '../../support/stage.ts'
import { test as base, perFile } from '../../support/test.ts'

const greeting = '/api/backends/demo/api/authenticated/greeting'

const test = base
  .extend('setup', perFile, {
    config: (partners) => fullConfig(partners, { handoff: { chains: true } }),
  } satisfies Setup)
  .extend('handedOverFrom', ({ newcomer }) => async (source: Person): Promise<Person> => {
    const target = newcomer()
    await target.redeem((await source.askForNonce()).nonce)
    return target
  })

test('a source that signs out takes its unspent nonces with it', async ({ signedIn, newcomer }) => {
  const source = await signedIn()
  const seen = (await source.askForNonce()).nonce
  const target = newcomer()
  expect((await target.request(`/handoff?nonce=${seen}`)).status).toBe(200)
  const unseen = (await source.askForNonce()).nonce
  await source.signOut()
  expect((await target.request(`/handoff?nonce=${seen}`)).status).toBe(410)
  expect((await target.redeem(seen)).status).toBe(410)
  expect((await target.redeem(unseen)).status).toBe(410)
  expect(await target.session()).toBeNull()
})

test('a source that signs out signs out the browsers that it handed over to, and theirs', async ({
  signedIn,
  handedOverFrom,
  newcomer,
}) => {
  const source = await signedIn()
  const child = await handedOverFrom(source)
  const grandchild = await handedOverFrom(child)
  expect(await statusesOf(source, child, grandchild)).toEqual([200, 200, 200])
  const cookies = await source.cookies()
  await source.signOut()
  expect(await statusesOf(child, grandchild)).toEqual([401, 401])
  const kept = await newcomer().ownPage(greeting, { headers: { cookie: cookies } })
  expect(kept.status).toBe(401)
  expect([await child.session(), await grandchild.session()]).toEqual([null, null])
})

test('a browser that was handed over to signs out alone', async ({ signedIn, handedOverFrom, newcomer }) => {
  const source = await signedIn()
  const [child, sibling] = [await handedOverFrom(source), await handedOverFrom(source)]
  const cookie = await child.cookies()
  await child.signOut()
  expect(await statusesOf(source, sibling)).toEqual([200, 200])
  const kept = await newcomer().ownPage(greeting, { headers: { cookie } })
  expect(kept.status).toBe(401)
})

test('other sessions of the same person are left alone by a sign-out', async ({ signedIn }) => {
  const [source, other] = [await signedIn(), await signedIn()]
  await source.signOut()
  expect(await statusesOf(other)).toEqual([200])
})

function statusesOf(...people: Person[]): Promise<number[]> {
  return Promise.all(people.map(async (person) => (await person.ownPage(greeting)).status))
}
